package io.peregrine;

import io.peregrine.conductor.CallersThread;
import io.peregrine.conductor.ClusterConductor;
import io.peregrine.conductor.ClusterProxy;
import io.peregrine.conductor.DriverThreads;
import io.peregrine.conductor.FaultLog;
import io.peregrine.conductor.OwnThreads;
import io.peregrine.conductor.SelectorAgents;
import io.peregrine.io.SelectorAgent;
import io.peregrine.metadata.Metadata;
import io.peregrine.metrics.Metrics;
import io.peregrine.type.TypeCodecs;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.agrona.ErrorHandler;

/**
 * A Cassandra or DSE cluster. Any thread may use it, but for one that is built with {@link
 * ClusterBuilder#invoked}, which belongs to one thread with all of its sessions. A session may
 * belong to a thread of its own: see {@link ConnectOptions#callerRuns}.
 *
 * <p>Building it opens no socket; the first {@code connect} finds out who is in the cluster.
 */
public final class Cluster implements AutoCloseable {
  static final String VERSION = "0.1.0";

  private final SessionDefaults defaults;
  private final AgentSettings settings;
  private final DriverThreads threads;
  private final ClusterProxy proxy;

  private final Schema schema;
  private final ExecutionProfiles executionProfiles;
  private final SelectorAgents agents;
  private final Patience patience;
  private final SessionOpener sessions;
  private final Shutdown shutdown;

  Cluster(
      ClusterProxy.Settings conducting,
      SessionDefaults defaults,
      AgentSettings settings,
      PreparedSettings preparedSettings) {
    this.defaults = defaults;
    this.settings = settings;
    Preparer preparer = new Preparer(preparedSettings, defaults.codecs(), this::metadata);
    ErrorHandler faults = new FaultLog();
    Idle idle = settings.idle();
    ClusterConductor conductor = new ClusterConductor(settings.clock(), faults, idle != null);
    agents =
        new SelectorAgents(
            settings.agents(faults),
            conductor,
            conducting.refresh().mostAttempts(),
            conducting.contact().connectTimeoutNanos());
    proxy = new ClusterProxy(conductor, agents, conducting, preparer.forNewNodes());
    proxy.schemaListeners().add(preparer.evictor());
    threads =
        idle == null
            ? new CallersThread(agents.all(), conductor, faults)
            : new OwnThreads(agents.all(), idle::strategy, conductor, faults);
    patience = new Patience(threads);
    schema = new Schema(proxy, patience, conducting.refresh().agreementNanos());
    executionProfiles = new ExecutionProfiles(defaults.profiles(), proxy, patience);
    sessions = new SessionOpener(settings, defaults, preparer, proxy, threads, faults);
    shutdown = new Shutdown(sessions, threads, settings);
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
    return sessions.open(null, ConnectOptions.defaults());
  }

  /**
   * Opens a session without a keyspace.
   *
   * @param options how it is to be opened and driven
   * @return the session, as soon as one node is connected, unless the options say otherwise
   * @throws NoHostAvailableException if none can be connected
   * @throws UnsupportedProtocolVersionException if the cluster does not speak the protocol version
   */
  public Session connect(ConnectOptions options) {
    return sessions.open(null, options);
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
    return sessions.open(keyspace, ConnectOptions.defaults());
  }

  /**
   * Opens a session with a keyspace.
   *
   * @param keyspace its name, as the server has it: without quotes, and case-sensitive
   * @param options how it is to be opened and driven
   * @return the session, as soon as one node is connected, unless the options say otherwise
   * @throws NoHostAvailableException if none can be connected, or none knows the keyspace
   * @throws UnsupportedProtocolVersionException if the cluster does not speak the protocol version
   */
  public Session connect(String keyspace, ConnectOptions options) {
    return sessions.open(keyspace, options);
  }

  /**
   * Opens a session without a keyspace, as {@link #connect()} does, and waits for nobody.
   *
   * @return the session, see {@link #connectAsync(String, ConnectOptions)}
   */
  public CompletableFuture<Session> connectAsync() {
    return sessions.openAsync(null, ConnectOptions.defaults());
  }

  /**
   * Opens a session without a keyspace, as {@link #connect(ConnectOptions)} does, and waits for
   * nobody.
   *
   * @param options how it is to be opened
   * @return the session, see {@link #connectAsync(String, ConnectOptions)}
   * @throws IllegalArgumentException if these are options of {@link ConnectOptions#callerRuns}
   */
  public CompletableFuture<Session> connectAsync(ConnectOptions options) {
    return sessions.openAsync(null, options);
  }

  /**
   * Opens a session with a keyspace, as {@link #connect(String)} does, and waits for nobody.
   *
   * @param keyspace its name, as the server has it: without quotes, and case-sensitive
   * @return the session, see {@link #connectAsync(String, ConnectOptions)}
   */
  public CompletableFuture<Session> connectAsync(String keyspace) {
    return sessions.openAsync(keyspace, ConnectOptions.defaults());
  }

  /**
   * Opens a session with a keyspace, as {@link #connect(String, ConnectOptions)} does, and waits
   * for nobody. May be called on any thread, those of the driver included; an {@linkplain
   * ClusterBuilder#invoked invoked} cluster opens it while it is invoked.
   *
   * @param keyspace its name, as the server has it: without quotes, and case-sensitive
   * @param options how it is to be opened
   * @return the session, as soon as one node is connected, unless the options say otherwise; fails
   *     with what {@link #connect(String, ConnectOptions)} throws. It is completed on the
   *     conductor's thread, which must not be blocked. If it is cancelled before, the session's
   *     connections are closed
   * @throws IllegalArgumentException if these are options of {@link ConnectOptions#callerRuns}:
   *     such a session is opened by the thread that drives it, which {@code connect} does
   */
  public CompletableFuture<Session> connectAsync(String keyspace, ConnectOptions options) {
    return sessions.openAsync(keyspace, options);
  }

  /**
   * What requests of different kinds go by: the profiles that the builder was given, and more.
   *
   * @return this cluster's, the same each time
   */
  public ExecutionProfiles executionProfiles() {
    return executionProfiles;
  }

  /**
   * The nodes of the cluster.
   *
   * @return those that are known now; empty before the first session is opened
   */
  public List<Node> nodes() {
    return List.copyOf(metadata().nodes().values());
  }

  /**
   * What is known of the cluster: nodes, keyspaces, and which node has which keys.
   *
   * @return the metadata as it is now; {@link Metadata#NONE} before the first session is opened
   */
  public Metadata metadata() {
    return proxy.metadata();
  }

  /**
   * How the driver keeps up with the schema: to have it read anew, to be told of changes, to ask
   * whether the nodes agree.
   *
   * @return this cluster's, the same each time
   */
  public Schema schema() {
    return schema;
  }

  /**
   * The node on which the driver learns about the cluster.
   *
   * @return the node; empty before the first session is opened, and while another one is looked for
   */
  public Optional<Node> controlConnectionNode() {
    return proxy.controlNode();
  }

  /**
   * Has somebody told what happens to nodes.
   *
   * @param listener called on the conductor's thread; must not block
   */
  public void addNodeStateListener(NodeStateListener listener) {
    proxy.listeners().add(Objects.requireNonNull(listener, "listener"));
  }

  /**
   * Has a listener told nothing more.
   *
   * @param listener the listener
   * @return false if it was not told anything anyway
   */
  public boolean removeNodeStateListener(NodeStateListener listener) {
    return proxy.listeners().remove(listener);
  }

  /**
   * Reads anew who is in the cluster, and waits for it.
   *
   * @param force whether tokens are placed anew even if nothing has changed
   * @throws MetadataRefreshException if it cannot be read; what was known stays
   */
  public void refreshNodes(boolean force) {
    patience.checkMayWait("refreshNodes()");
    patience.awaitOthers(proxy.refreshNodes(force));
  }

  /**
   * Reads anew who is in the cluster.
   *
   * @param force whether tokens are placed anew even if nothing has changed
   * @return done when {@link #metadata} has it; fails with {@link MetadataRefreshException}
   */
  public CompletableFuture<Void> refreshNodesAsync(boolean force) {
    return proxy.refreshNodes(force);
  }

  /**
   * Switches reading the schema on or off. What is known stays as it is when it is switched off.
   *
   * @param enabled whether to read it
   */
  public void setSchemaMetadataEnabled(boolean enabled) {
    proxy.enable(enabled, null);
  }

  /**
   * Switches reading tokens on or off. Without them requests go to any node.
   *
   * @param enabled whether to read them
   */
  public void setTokenMetadataEnabled(boolean enabled) {
    proxy.enable(null, enabled);
  }

  /**
   * Switches reading the schema and reading tokens on or off, both together.
   *
   * @param enabled whether to read them
   * @deprecated say which: {@link #setSchemaMetadataEnabled} and {@link #setTokenMetadataEnabled}
   */
  @Deprecated
  public void setMetadataRefreshEnabled(boolean enabled) {
    proxy.enable(enabled, enabled);
  }

  /**
   * How objects and values become each other, in all sessions.
   *
   * @return the codecs, to be added to at any time
   */
  public TypeCodecs codecs() {
    return defaults.codecs();
  }

  /**
   * Says which class stands for a user-defined type, in all sessions: a record with a component, or
   * a bean with a property, for each field. Objects of it can be values of any statement, also of
   * simple ones and in {@link Session#literals}, and rows read as it: {@code row.get("address",
   * Address.class)}. Without it a value is a {@link io.peregrine.codec.value.UdtValue}.
   *
   * <p>Fields that the class does not have, perhaps because the type got them later, are null in
   * what is written.
   *
   * @param keyspace the type's keyspace, as the server has it: without quotes, and case-sensitive
   * @param type the type's name, likewise
   * @param javaClass the class; see {@link io.peregrine.type.UdtMapper#of(Class)}
   * @param <T> the class
   * @throws UserTypeDoesNotExistException if the driver knows of no such type; it knows of none
   *     before the first session is opened, nor while reading the schema is switched off
   * @throws io.peregrine.type.MappingException if the class does not fit the type
   */
  public <T> void registerUserType(String keyspace, String type, Class<T> javaClass) {
    RegisteredUserType.register(proxy::metadata, keyspace, type, javaClass, codecs());
  }

  /**
   * What the driver counts and measures. May be read after {@link #close} too.
   *
   * @return the metrics
   */
  public Metrics metrics() {
    return settings.observation().metrics();
  }

  /**
   * The last envelopes of each open connection, as tables: headers and times, never what stands in
   * them.
   *
   * @return text for people; empty if nothing is recorded
   */
  public String flightRecords() {
    return settings.observation().flightRecords();
  }

  /**
   * Runs one duty cycle of the driver, if it has no threads of its own. Sessions that were opened
   * with {@link ConnectOptions#callerRuns} are left to {@link Session#invoke}.
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
    return sessions.isClosed();
  }

  /**
   * Closes all sessions and connections, and ends the driver's threads. What is in flight fails at
   * once. May be called more than once, and from any thread but the driver's.
   *
   * <p>A caller-runs session whose thread is waiting for an answer is ended by that thread; for one
   * whose thread is elsewhere, the calling thread does it. A handler that is running is waited for,
   * up to 5 seconds; after that its thread ends the session when the handler returns.
   */
  @Override
  public void close() {
    shutdown.run();
  }

  /**
   * Closes all sessions and connections, and ends the driver's threads, as {@link #close} does, and
   * does not wait until it is done. May be called on any thread, those of the driver included, and
   * more than once. An {@linkplain ClusterBuilder#invoked invoked} cluster is closed when this
   * returns, because its thread alone can do that.
   *
   * @return done when nothing is left, on a thread of its own, since the driver's have ended
   * @throws BlockingCallException if a handler of an {@linkplain ClusterBuilder#invoked invoked}
   *     cluster calls it
   */
  public CompletableFuture<Void> closeAsync() {
    return shutdown.begin();
  }

  /** The agents of all sessions but the caller-runs ones, for measurements. */
  List<SelectorAgent> agents() {
    return agents.all();
  }

  /** How many events the cluster has sent, for measurements. */
  long eventsReceived() {
    return proxy.eventsReceived();
  }
}
