package io.peregrine.conductor;

import io.peregrine.NoHostAvailableException;
import io.peregrine.codec.DriverException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a session comes by its first connections: from the nodes that are not down, and if it has
 * none then, from those that are. They are tried now: by their schedules that may take minutes, and
 * somebody waits. Confined to the conductor's thread, but for {@link #opened()}.
 */
final class SessionOpening {
  private final NodeHealth health;
  private final BooleanSupplier isConnected;
  private final Supplier<@Nullable String> keyspace;
  private final CompletableFuture<Void> opened = new CompletableFuture<>();
  private final Map<InetSocketAddress, Throwable> errors = new LinkedHashMap<>();

  /** Nodes that are down, and have not been tried since it began. */
  private final Set<ClusterNode> reserve = new LinkedHashSet<>();

  /** Nodes that were down and are being tried. */
  private final Set<ClusterNode> awaited = new LinkedHashSet<>();

  private int known;
  private boolean othersTried;

  /**
   * An opening that has not begun.
   *
   * @param isConnected whether there is a connection
   * @param keyspace gives the session's keyspace, or null
   */
  SessionOpening(
      NodeHealth health, BooleanSupplier isConnected, Supplier<@Nullable String> keyspace) {
    this.health = health;
    this.isConnected = isConnected;
    this.keyspace = keyspace;
  }

  /** Done when the session is open; fails if it will not be. For any thread. */
  CompletableFuture<Void> opened() {
    return opened;
  }

  /**
   * Begins.
   *
   * @param known how many nodes there are
   * @param down those of them that are down, but would be connected to
   */
  void begin(int known, Collection<ClusterNode> down) {
    this.known = known;
    reserve.addAll(down);
  }

  /** A node could not be connected to. */
  void onFailed(ClusterNode node, DriverException cause) {
    if (!opened.isDone()) {
      errors.put(node.address(), cause);
    }
  }

  /** A node is up; whether it can be connected to is found out now. */
  void onUp(ClusterNode node) {
    if (reserve.remove(node)) {
      awaited.add(node);
    }
  }

  /** A node has been tried. */
  void onTried(ClusterNode node) {
    reserve.remove(node);
    if (awaited.remove(node)) {
      endIfTried();
    }
  }

  /**
   * The nodes that are not down have been tried.
   *
   * @param isWanted whether a node is still to be connected to
   */
  void onOthersTried(Predicate<ClusterNode> isWanted) {
    othersTried = true;
    if (!isConnected.getAsBoolean()) {
      List<ClusterNode> wanted = new ArrayList<>(reserve);
      reserve.clear();
      wanted.removeIf(isWanted.negate());
      awaited.addAll(wanted);
      wanted.forEach(health::tryNow);
    }
    endIfTried();
  }

  private void endIfTried() {
    if (!othersTried || !awaited.isEmpty()) {
      return;
    }
    if (isConnected.getAsBoolean()) {
      opened.complete(null);
    } else if (!opened.isDone()) {
      String name = keyspace.get();
      opened.completeExceptionally(
          new NoHostAvailableException(
              "Unable to connect to any servers"
                  + (name == null ? "" : " using keyspace '" + name + "'")
                  + (errors.isEmpty()
                      ? ": none of the " + known + " known nodes is to be connected to"
                      : ""),
              errors));
    }
    errors.clear();
  }

  /** There is a connection. */
  void succeed() {
    opened.complete(null);
  }

  /** Nobody wants it any more. */
  void end(DriverException cause) {
    opened.completeExceptionally(cause);
    reserve.clear();
    awaited.clear();
  }
}
