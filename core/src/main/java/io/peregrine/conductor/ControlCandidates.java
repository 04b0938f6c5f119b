package io.peregrine.conductor;

import io.peregrine.codec.ProtocolVersion;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom one search asks to take the control connection, each once, and why nobody did: the nodes
 * that are known, then the contact points, then whoever would do if nobody tells more. Confined to
 * the conductor's thread.
 */
final class ControlCandidates {
  private final ControlSearch search;
  private final Queue<InetSocketAddress> left;
  private final Set<InetSocketAddress> asked = new HashSet<>();
  private final Map<InetSocketAddress, Throwable> errors = new LinkedHashMap<>();
  private final Set<InetSocketAddress> lastHopes = new LinkedHashSet<>();
  private boolean isLastHope;
  private boolean lookedUp;
  private @Nullable Throwable unresolved;

  /**
   * @param search knows who refuses
   * @param known the nodes that are known, the best first
   */
  ControlCandidates(ControlSearch search, Collection<InetSocketAddress> known) {
    this.search = search;
    this.left = new ArrayDeque<>(known);
  }

  /** The next one, or null if all were asked. */
  @Nullable InetSocketAddress next() {
    InetSocketAddress address = left.poll();
    while (address != null && (search.isRefusing(address) || !asked.add(address))) {
      address = left.poll();
    }
    if (address == null && lookedUp && !isLastHope && !lastHopes.isEmpty()) {
      isLastHope = true;
      asked.removeAll(lastHopes);
      left.addAll(lastHopes);
      return next();
    }
    return address;
  }

  /** Whether the contact points are among them; else they are still to be looked up. */
  boolean areLookedUp() {
    return lookedUp;
  }

  /**
   * The contact points were looked up.
   *
   * @param contacts where they are, or were before
   * @param error why that could not be found out, or null if it was
   */
  void onLookedUp(Collection<InetSocketAddress> contacts, @Nullable Throwable error) {
    lookedUp = true;
    unresolved = error;
    left.addAll(contacts);
  }

  /** It could serve, but does not tell all that is to be known. */
  void onLastHope(InetSocketAddress address) {
    lastHopes.add(address);
  }

  /** Whether nobody tells more than the one that is being asked. */
  boolean isLastHope() {
    return isLastHope;
  }

  void onFailed(InetSocketAddress address, Throwable cause) {
    errors.put(address, cause);
  }

  /**
   * Why nobody took it.
   *
   * @param wanted the protocol version that the application has set, or null
   */
  Throwable why(@Nullable ProtocolVersion wanted) {
    Throwable unresolved = this.unresolved;
    if (unresolved != null && errors.isEmpty()) {
      return unresolved;
    }
    Throwable failure = ConnectFailure.ofAll(errors, wanted);
    if (unresolved != null && unresolved != failure) {
      failure.addSuppressed(unresolved);
    }
    return failure;
  }

  /** Whether nobody let this client in, and nobody else can be found. */
  boolean isUseless() {
    return unresolved == null && search.isRefusedByAll(errors.keySet());
  }
}
