package io.peregrine.conductor;

import io.peregrine.NodeState;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.envelope.Event;
import io.peregrine.codec.envelope.SchemaChange;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Acts on what the cluster tells: at once where that cannot wait, and else at some moment of the
 * window for such events. However many there are, what is waiting to be done is no more than a few
 * things for each known node, and {@value #MOST_CHANGES} changes of the schema. Confined to the
 * conductor's thread.
 *
 * <p>Nodes are found by the addresses that they tell, because that is what events have: no address
 * is translated for an event, which might take a name server for each.
 */
final class ClusterEvents implements EventInbox.Receiver {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterEvents.class);
  private static final int MOST_CHANGES = 64;

  /** What no window holds up is read at once; but for who says so again and again, once more. */
  private static final long BETWEEN_URGENT_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Stands for all nodes, or all keyspaces, where a window wants to know what is to be done. */
  private static final String EVERYTHING = "everything";

  private static final String WHOEVER_IS_DOWN = "whoever is down";

  private final NodeStates states;
  private final Owner owner;
  private final CalmLog warnings;
  private final InsistentReading nodes;
  private final UnfinishedNodes unfinished;
  private final InsistentReading schema;
  private final CalmAction urgent;
  private final RefreshWindow schemaWindow;
  private final RefreshWindow topologyWindow;
  private final RefreshWindow statusWindow;
  private int changesBeingRead;

  /** What events lead to. Called on the conductor's thread. */
  interface Owner {
    /**
     * The node that tells an address, wherever this client may reach it.
     *
     * @param told the address
     * @return the node, or null if none is known that tells it
     */
    @Nullable ClusterNode telling(InetSocketAddress told);

    /**
     * The node that is asked does not tell what is to be known: from now on another one is asked.
     *
     * @param why what it does not tell
     */
    void askAnother(DriverException why);

    /**
     * Reads anew who is in the cluster.
     *
     * @return done when it is known
     */
    CompletableFuture<Void> readNodes();

    /**
     * Reads what has changed in the schema, once the nodes agree on it.
     *
     * @param change what has changed
     * @return done when it is known
     */
    CompletableFuture<Void> readSchema(SchemaChange change);

    /**
     * Reads as much of the schema as is to be known.
     *
     * @return done when it is known
     */
    CompletableFuture<Void> readSchema();
  }

  ClusterEvents(
      ClusterConductor conductor, RefreshSettings settings, NodeStates states, Owner owner) {
    this.states = states;
    this.owner = owner;
    warnings = new CalmLog(LOG, conductor::nanoTime);
    nodes =
        new InsistentReading(
            conductor,
            warnings,
            "The list of nodes",
            settings.topologyWindowNanos(),
            owner::readNodes,
            owner::askAnother);
    unfinished = new UnfinishedNodes(conductor, warnings, nodes::read);
    schema =
        new InsistentReading(
            conductor,
            warnings,
            "The schema",
            settings.schemaWindowNanos(),
            owner::readSchema,
            owner::askAnother);
    urgent = new CalmAction(conductor, BETWEEN_URGENT_NANOS);
    schemaWindow = window(conductor, settings.schemaWindowNanos());
    topologyWindow = window(conductor, settings.topologyWindowNanos());
    statusWindow = window(conductor, settings.statusWindowNanos());
  }

  private static RefreshWindow window(ClusterConductor conductor, long nanos) {
    return new RefreshWindow(
        conductor, nanos, bound -> ThreadLocalRandom.current().nextLong(bound));
  }

  @Override
  public void onEvents(List<Event> events) {
    for (Event event : events) {
      if (event instanceof Event.TopologyChange change) {
        onTopologyChange(change.change(), change.address());
      } else if (event instanceof Event.StatusChange change) {
        onStatusChange(change.change(), change.address());
      } else if (event instanceof Event.SchemaChanged changed) {
        onSchemaChange(changed.change());
      } else {
        LOG.debug("An event that says nothing to this driver: {}", event);
      }
    }
  }

  @Override
  public void onOverflow() {
    warnings.accept("Too many events at once; the cluster is looked at as a whole");
    // Within its window, as for one event: a flood overflows again and again. That a node was
    // removed is not for a window to ignore.
    if (topologyWindow.isClosed()) {
      urgent.run(nodes::read);
    } else {
      topologyWindow.schedule(EVERYTHING, nodes::read);
    }
    schemaWindow.schedule(EVERYTHING, schema::read);
    statusWindow.schedule(WHOEVER_IS_DOWN, states::onNewsMissed);
  }

  /**
   * There is a control connection again.
   *
   * @param missedNodes whether the nodes were to be read while there was none
   * @param missedSchema whether the schema was, whatever its window says
   */
  void onServing(boolean missedNodes, boolean missedSchema) {
    nodes.onRead(null);
    if (missedNodes) {
      nodes.read();
    }
    if (missedSchema && schemaWindow.isClosed()) {
      schema.read();
    } else if (missedSchema) {
      schemaWindow.schedule(EVERYTHING, schema::read);
    }
  }

  /** A node is not where it was said to be. */
  void onStranger() {
    urgent.run(nodes::read);
  }

  /**
   * The nodes were read, or not.
   *
   * @param error why not, or null if they were
   */
  void onNodesRead(@Nullable Throwable error) {
    nodes.onRead(error);
  }

  /**
   * A list of nodes has come.
   *
   * @param unfinished which of them are left out until they tell all of themselves
   */
  void onNodesListed(Set<Object> unfinished) {
    this.unfinished.onRead(unfinished);
  }

  /**
   * The schema was read, or at least a part of it was not.
   *
   * @param error why not, or null if all of it was read
   */
  void onSchemaRead(@Nullable Throwable error) {
    schema.onRead(error);
  }

  private void onTopologyChange(Event.TopologyChange.Change change, InetSocketAddress address) {
    switch (change) {
      case NEW_NODE -> {
        if (isUp(address)) {
          topologyWindow.schedule(
              address,
              () -> {
                if (!isUp(address)) {
                  nodes.read();
                }
              });
        } else {
          topologyWindow.schedule(EVERYTHING, nodes::read);
        }
      }
      case MOVED_NODE -> topologyWindow.schedule(EVERYTHING, nodes::read);
      case REMOVED_NODE -> urgent.run(nodes::read);
    }
  }

  private boolean isUp(InetSocketAddress address) {
    ClusterNode node = owner.telling(address);
    return node != null && node.state() == NodeState.UP;
  }

  private void onStatusChange(Event.StatusChange.Change change, InetSocketAddress address) {
    ClusterNode known = owner.telling(address);
    switch (change) {
      case UP -> {
        if (known == null) {
          statusWindow.schedule(EVERYTHING, nodes::read);
        } else {
          statusWindow.schedule(address, () -> onUp(address));
        }
      }
      case DOWN -> {
        statusWindow.cancel(address);
        if (known != null) {
          states.onDownHint(known);
        }
      }
    }
  }

  private void onUp(InetSocketAddress address) {
    ClusterNode node = owner.telling(address);
    if (node == null) {
      nodes.read();
    } else {
      states.onUpHint(node);
    }
  }

  private void onSchemaChange(SchemaChange change) {
    if (schemaWindow.waiting() + changesBeingRead < MOST_CHANGES) {
      schemaWindow.schedule(
          change,
          () -> {
            changesBeingRead++;
            owner
                .readSchema(change)
                .whenComplete(
                    (done, error) -> {
                      changesBeingRead--;
                      if (error != null) {
                        schema.onRead(error);
                      }
                    });
          });
    } else {
      schemaWindow.schedule(EVERYTHING, schema::read);
    }
  }
}
