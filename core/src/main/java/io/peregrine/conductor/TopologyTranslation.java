package io.peregrine.conductor;

import io.peregrine.codec.DriverException;
import io.peregrine.io.Connection;
import io.peregrine.policy.AddressTranslator;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out by which addresses this client reaches the nodes that one of them tells of. Confined to
 * the conductor's thread; the translator is called on another one, and is not waited for without
 * end, because what is read after these nodes waits for them.
 */
final class TopologyTranslation {
  private static final Logger LOG = LoggerFactory.getLogger(TopologyTranslation.class);
  private static final int MOST_COMPLAINTS = 1000;

  private final BoundedCalls calls;
  private final AddressTranslator translator;
  private final Set<String> complaints = new HashSet<>();

  /**
   * @param timeoutNanos how long a query of the driver's own may take, in ns
   */
  TopologyTranslation(
      ClusterConductor conductor,
      BlockingCalls calls,
      AddressTranslator translator,
      long timeoutNanos) {
    this.calls = new BoundedCalls(conductor, calls, "The address translator", timeoutNanos);
    this.translator = translator;
  }

  /**
   * Translates. Contact points are what the application says they are; the others may be known
   * elsewhere.
   *
   * @param found what the node tells
   * @param connection the connection that it was asked on
   * @return the same with other addresses; fails if the connection is lost meanwhile, or if it
   *     takes too long
   */
  CompletableFuture<Topology> translated(Topology found, Connection connection) {
    if (translator == AddressTranslator.IDENTITY) {
      return CompletableFuture.completedFuture(found);
    }
    Map<InetSocketAddress, Throwable> faults = new LinkedHashMap<>();
    InetSocketAddress asked = connection.remoteAddress();
    return calls
        .call(() -> translated(found, asked, faults))
        .thenApply(
            translated -> {
              faults.forEach(this::complain);
              if (!connection.isReady()) {
                // Somebody else may have been asked while names were looked up, and knows better.
                throw new DriverException(connection + " was lost while addresses were translated");
              }
              return translated;
            });
  }

  private Topology translated(
      Topology found, InetSocketAddress asked, Map<InetSocketAddress, Throwable> faults) {
    List<Topology.Member> members = new ArrayList<>();
    for (Topology.Member member : found.members()) {
      boolean isAsked = member.details().address().equals(asked);
      members.add(isAsked ? member : translated(member, faults));
    }
    return found.of(members);
  }

  /** Without a translation, the address is what it is. */
  private Topology.Member translated(
      Topology.Member member, Map<InetSocketAddress, Throwable> faults) {
    InetSocketAddress address = member.told();
    try {
      address = resolved(member.told());
    } catch (Throwable e) {
      faults.put(member.told(), e);
    }
    return new Topology.Member(
        member.hostId(),
        member.told(),
        member.details().at(address),
        member.tokens(),
        member.schemaVersion());
  }

  private InetSocketAddress resolved(InetSocketAddress told) {
    InetSocketAddress translated =
        Objects.requireNonNull(translator.translate(told), "the address translator returned null");
    if (translated.isUnresolved()) {
      throw new IllegalStateException(
          "The address translator gave "
              + translated
              + " for "
              + told
              + ", a name whose address it has not found");
    }
    return translated;
  }

  /** Its faults are told once by what they are: there is one for each node, at each reading. */
  private void complain(InetSocketAddress told, Throwable fault) {
    StackTraceElement[] stack = fault.getStackTrace();
    String kind = fault.getClass() + (stack.length == 0 ? "" : " at " + stack[0]);
    if (complaints.size() < MOST_COMPLAINTS && complaints.add(kind)) {
      LOG.warn(
          "The address translator threw, so {} is used as it is; that is told once", told, fault);
    }
  }
}
