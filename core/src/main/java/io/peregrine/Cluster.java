package io.peregrine;

import io.peregrine.conductor.CallersThread;
import io.peregrine.conductor.ClusterConductor;
import io.peregrine.conductor.ClusterProxy;
import io.peregrine.conductor.ContactSettings;
import io.peregrine.conductor.DriverThreads;
import io.peregrine.conductor.FaultLog;
import io.peregrine.conductor.OwnThreads;
import io.peregrine.conductor.SessionPool;
import io.peregrine.io.SelectorAgent;
import io.peregrine.io.SelectorContext;
import io.peregrine.metrics.Metrics;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;

/**
 * A Cassandra or DSE cluster. Any thread may use it, but for one that is built with {@link
 * ClusterBuilder#invoked}, which belongs to one thread with all of its sessions.
 *
 * <p>Building it opens no socket; the first {@code connect} finds out who is in the cluster.
 */
public final class Cluster implements AutoCloseable {
  private static final String VERSION = "0.1.0";

  private final NanoClock clock = SystemNanoClock.INSTANCE;
  private final RequestDefaults defaults;
  private final DriverThreads threads;
  private final ClusterProxy proxy;
  private final SelectorAgent agent;
  private final Patience patience;
  private final Observation observation;
  private final Set<CompletableFuture<?>> connecting = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Cluster(
      ContactSettings contact,
      RequestDefaults defaults,
      @Nullable Idle idle,
      int maxInFlight,
      Observation observation) {
    this.defaults = defaults;
    this.observation = observation;
    ErrorHandler faults = new FaultLog();
    agent =
        new SelectorAgent(
            observation.applyTo(
                new SelectorContext()
                    .name("peregrine-selector-0")
                    .maxInFlight(maxInFlight)
                    .parksInSelect(idle == Idle.SELECT)
                    .errorHandler(faults)));
    observation.watch(agent);
    ClusterConductor conductor = new ClusterConductor(clock, faults, idle != null);
    proxy =
        new ClusterProxy(
            conductor,
            agent,
            contact,
            Map.of("DRIVER_NAME", "Peregrine", "DRIVER_VERSION", VERSION));
    threads =
        idle == null
            ? new CallersThread(agent, conductor, faults)
            : new OwnThreads(agent, idle.strategy(), conductor, faults);
    patience = new Patience(threads);
  }

  /**
   * Begins to describe a cluster.
   *
   * @return a builder with the defaults
   */
  public static ClusterBuilder builder() {
    return new ClusterBuilder();
  }

  /**
   * Opens a session without a keyspace.
   *
   * @return the session, as soon as one node is connected
   * @throws NoHostAvailableException if none can be connected
   * @throws UnsupportedProtocolVersionException if the cluster does not speak the protocol version
   */
  public Session connect() {
    return open(null);
  }

  /**
   * Opens a session with a keyspace.
   *
   * @param keyspace its name, as the server has it: without quotes, and case-sensitive
   * @return the session, as soon as one node is connected
   * @throws NoHostAvailableException if none can be connected, or none knows the keyspace
   * @throws UnsupportedProtocolVersionException if the cluster does not speak the protocol version
   */
  public Session connect(String keyspace) {
    return open(keyspace);
  }

  /**
   * The nodes of the cluster.
   *
   * @return what was found when the first session was opened; empty before
   */
  public List<Node> nodes() {
    return proxy.nodes();
  }

  /**
   * What the driver counts and measures. May be read after {@link #close} too.
   *
   * @return the metrics
   */
  public Metrics metrics() {
    return observation.metrics();
  }

  /**
   * The last envelopes of each open connection, as tables: headers and times, never what stands in
   * them.
   *
   * @return text for people; empty if nothing is recorded
   */
  public String flightRecords() {
    return observation.flightRecords();
  }

  /**
   * Runs one duty cycle of the driver, if it has no threads of its own.
   *
   * @return how much was done; 0 if there was nothing to do
   * @throws IllegalStateException if the cluster was not built with {@link ClusterBuilder#invoked}
   */
  public int invoke() {
    return threads.invoke();
  }

  /**
   * Whether {@link #close} has been called.
   *
   * @return true if nothing can be executed any more
   */
  public boolean isClosed() {
    return closed;
  }

  /**
   * Closes all sessions and connections, and ends the driver's threads. What is in flight fails at
   * once. May be called more than once, and from any thread but the driver's.
   */
  @Override
  public synchronized void close() {
    patience.checkMayWait("close()");
    if (closed) {
      return;
    }
    closed = true;
    threads.close();
    for (CompletableFuture<?> waiting : connecting) {
      waiting.completeExceptionally(closedException());
    }
    observation.close();
  }

  /** The agent, for measurements. */
  SelectorAgent agent() {
    return agent;
  }

  private static ClusterClosedException closedException() {
    return new ClusterClosedException("The cluster was closed; build a new one");
  }

  private Session open(@Nullable String keyspace) {
    patience.checkMayWait("connect()");
    if (closed) {
      throw closedException();
    }
    RequestRouter router = new RequestRouter(clock, defaults, patience, this::isClosed);
    CompletableFuture<SessionPool<Route>> opening =
        proxy.openSession(keyspace, (node, connection) -> new Route(node, connection, router));
    connecting.add(opening);
    if (closed) {
      opening.completeExceptionally(closedException());
    }
    try {
      router.open(patience.await(opening));
    } catch (DriverInterruptedException e) {
      opening.thenAccept(SessionPool::close);
      throw e;
    } finally {
      connecting.remove(opening);
    }
    return new Session(router, patience);
  }
}
