package io.peregrine.conductor;

import io.peregrine.codec.DriverException;
import io.peregrine.io.Way;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one session to one node: as many as the node's distance asks for. Confined to
 * the conductor's thread.
 *
 * @param <W> what the session makes of a connection
 */
final class NodePool<W extends Way> {
  private final SessionPool<W> session;
  private final PoolContext<W> context;
  private final ClusterNode node;
  private final boolean again;
  private final List<NodeLink<W>> links = new ArrayList<>();
  private Attempt attempt = Attempt.needless();
  private @Nullable List<W> ways;

  /**
   * @param again whether the node had connections before, so that these are counted as reconnects
   */
  NodePool(SessionPool<W> session, PoolContext<W> context, ClusterNode node, boolean again) {
    this.again = again;
    this.session = session;
    this.context = context;
    this.node = node;
  }

  /**
   * Opens and closes connections until there are so many, all to the node's present address.
   *
   * @param hurries whether those are opened at once that are tried again by a schedule
   */
  Attempt resize(int count, boolean hurries) {
    while (links.size() < count) {
      links.add(new NodeLink<>(this, session, context, node, again));
    }
    // Last, because the end of an attempt may close this pool, which is to have no links then.
    while (links.size() > count) {
      links.remove(links.size() - 1).retire();
    }
    return connect(hurries);
  }

  private Attempt connect(boolean hurries) {
    List.copyOf(links).forEach(NodeLink::leaveOldAddress);
    if (session.isPaused()) {
      return Attempt.needless();
    }
    if (attempt.isDone() || attempt.first().isDone() && !isConnected()) {
      // What was true of the one before may not be any more.
      attempt = new Attempt(isConnected());
    }
    links.forEach(link -> link.join(hurries));
    attempt.endIfDone();
    return attempt;
  }

  /** The ways that lead to the node now. Immutable, and the same list until they change. */
  List<W> ways() {
    List<W> ways = this.ways;
    if (ways == null) {
      List<W> open = new ArrayList<>();
      for (NodeLink<W> link : links) {
        W way = link.way();
        if (way != null) {
          open.add(way);
        }
      }
      ways = List.copyOf(open);
      this.ways = ways;
    }
    return ways;
  }

  boolean isConnected() {
    return !ways().isEmpty();
  }

  /** Closes the connections for as long as nobody drives them. */
  void rest(DriverException cause) {
    List.copyOf(links).forEach(link -> link.rest(cause));
  }

  /** Closes the connections for good; what is in flight on them fails. */
  void close(DriverException cause) {
    List<NodeLink<W>> all = List.copyOf(links);
    links.clear();
    all.forEach(link -> link.close(cause));
  }

  /** Closes the connections for good when what is in flight on them has ended. */
  void retire() {
    List<NodeLink<W>> all = List.copyOf(links);
    links.clear();
    all.forEach(NodeLink::retire);
  }

  /** Makes the open connections use the session's keyspace. */
  void useKeyspace(KeyspaceSwitch change) {
    links.forEach(link -> link.useKeyspace(change));
  }

  /** The try to connect that goes on now, or the last one. */
  Attempt attempt() {
    return attempt;
  }

  boolean holds(NodeLink<W> link) {
    return links.contains(link);
  }

  void onWaysChanged() {
    ways = null;
  }
}
