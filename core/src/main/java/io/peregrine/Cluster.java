package io.peregrine;

import io.peregrine.conductor.CallersThread;
import io.peregrine.conductor.ClusterConductor;
import io.peregrine.conductor.ClusterProxy;
import io.peregrine.conductor.DriverThreads;
import io.peregrine.conductor.FaultLog;
import io.peregrine.conductor.OwnThreads;
import io.peregrine.conductor.SchemaScope;
import io.peregrine.conductor.SelectorAgents;
import io.peregrine.graph.GraphExecutionProfile;
import io.peregrine.io.Nanos;
import io.peregrine.io.SelectorAgent;
import io.peregrine.metadata.FunctionSignature;
import io.peregrine.metadata.Metadata;
import io.peregrine.metrics.Metrics;
import io.peregrine.type.TypeCodecs;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.SystemNanoClock;

/**
 * A Cassandra or DSE cluster. Any thread may use it, but for one that is built with {@link
 * ClusterBuilder#invoked}, which belongs to one thread with all of its sessions. A session may
 * belong to a thread of its own: see {@link ConnectOptions#callerRuns}.
 *
 * <p>Building it opens no socket; the first {@code connect} finds out who is in the cluster.
 */
public final class Cluster implements AutoCloseable {
  static final String VERSION = "0.1.0";

  private static final Duration POOL_WAIT = Duration.ofSeconds(5);

  private final SessionDefaults defaults;
  private final AgentSettings settings;
  private final Preparer preparer;
  private final DriverThreads threads;
  private final ClusterProxy proxy;

  /** How long nodes are waited for to have one schema, unless a call says otherwise, in ns. */
  private final long agreementNanos;

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
    preparer = new Preparer(preparedSettings, defaults.codecs(), this::metadata);
    ErrorHandler faults = new FaultLog();
    Idle idle = settings.idle();
    ClusterConductor conductor =
        new ClusterConductor(SystemNanoClock.INSTANCE, faults, idle != null);
    agents =
        new SelectorAgents(
            settings.agents(faults),
            conductor,
            conducting.refresh().mostAttempts(),
            conducting.contact().connectTimeoutNanos());
    agreementNanos = conducting.refresh().agreementNanos();
    proxy = new ClusterProxy(conductor, agents, conducting, preparer.forNewNodes());
    proxy.schemaListeners().add(preparer.evictor());
    threads =
        idle == null
            ? new CallersThread(agents.all(), conductor, faults)
            : new OwnThreads(agents.all(), idle::strategy, conductor, faults);
    patience = new Patience(threads);
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
   * One of the execution profiles, such as to make another of it.
   *
   * @param key the profile's key
   * @return the profile
   * @throws IllegalArgumentException if there is none of this key
   */
  public ExecutionProfile executionProfile(ProfileKey key) {
    return defaults.profiles().get(key);
  }

  /**
   * One of the execution profiles of graph queries, such as to make another of it.
   *
   * @param key the profile's key
   * @return the profile
   * @throws IllegalArgumentException if there is none of this key
   */
  public GraphExecutionProfile graphExecutionProfile(ProfileKey key) {
    return defaults.profiles().graph(key);
  }

  /**
   * Adds an execution profile, and waits up to 5 seconds for the connections that its load
   * balancing policy asks for.
   *
   * @param key the profile's key
   * @param profile the profile
   * @throws IllegalStateException if there is one of this key already
   * @throws PolicyException if its load balancing policy does not begin; then it is not added
   * @throws OperationTimedOutException if the connections are not all open, or failed, in time; the
   *     profile is there all the same
   */
  public void addExecutionProfile(ProfileKey key, ExecutionProfile profile) {
    addExecutionProfile(key, profile, POOL_WAIT);
  }

  /**
   * Adds an execution profile, and waits for the connections that its load balancing policy asks
   * for. Those of caller-runs sessions are not waited for.
   *
   * @param key the profile's key
   * @param profile the profile
   * @param poolWait how long to wait for connections; {@link Duration#ZERO} not to
   * @throws IllegalArgumentException if the time is negative
   * @throws IllegalStateException if there is a profile of this key already
   * @throws PolicyException if its load balancing policy does not begin; then it is not added
   * @throws OperationTimedOutException if the connections are not all open, or failed, in time; the
   *     profile is there all the same
   */
  public void addExecutionProfile(ProfileKey key, ExecutionProfile profile, Duration poolWait) {
    patience.checkMayWait("addExecutionProfile()");
    patience.awaitOthers(addExecutionProfileAsync(key, profile, poolWait));
  }

  /**
   * Adds an execution profile, as {@link #addExecutionProfile} does.
   *
   * @param key the profile's key
   * @param profile the profile
   * @param poolWait how long to wait for connections; {@link Duration#ZERO} not to
   * @return done when it is there, with the connections if they are waited for
   * @throws IllegalArgumentException if the time is negative
   * @throws IllegalStateException if there is a profile of this key already
   */
  public CompletableFuture<Void> addExecutionProfileAsync(
      ProfileKey key, ExecutionProfile profile, Duration poolWait) {
    ClusterProfiles profiles = defaults.profiles();
    ClusterProfiles.checkKind(key, profile);
    return addProfile(key, profile, () -> profiles.put(key, profile), poolWait);
  }

  /**
   * Adds an execution profile for graph queries, as {@link #addExecutionProfile(ProfileKey,
   * ExecutionProfile)} does for others.
   *
   * @param key the profile's key
   * @param profile the profile
   * @throws IllegalArgumentException if it is {@link ProfileKey#DEFAULT}, which is for all else
   * @throws IllegalStateException if there is one of this key already
   * @throws PolicyException if its load balancing policy does not begin; then it is not added
   * @throws OperationTimedOutException if the connections are not all open, or failed, in time; the
   *     profile is there all the same
   */
  public void addExecutionProfile(ProfileKey key, GraphExecutionProfile profile) {
    patience.checkMayWait("addExecutionProfile()");
    patience.awaitOthers(addExecutionProfileAsync(key, profile, POOL_WAIT));
  }

  /**
   * Adds an execution profile for graph queries, as {@link #addExecutionProfileAsync(ProfileKey,
   * ExecutionProfile, Duration)} does for others.
   *
   * @param key the profile's key
   * @param profile the profile
   * @param poolWait how long to wait for connections; {@link Duration#ZERO} not to
   * @return done when it is there, with the connections if they are waited for
   * @throws IllegalArgumentException if the time is negative, or the key is {@link
   *     ProfileKey#DEFAULT}
   * @throws IllegalStateException if there is a profile of this key already
   */
  public CompletableFuture<Void> addExecutionProfileAsync(
      ProfileKey key, GraphExecutionProfile profile, Duration poolWait) {
    ClusterProfiles profiles = defaults.profiles();
    ClusterProfiles.checkKind(key, profile);
    return addProfile(key, profile.execution(), () -> profiles.put(key, profile), poolWait);
  }

  private CompletableFuture<Void> addProfile(
      ProfileKey key, ExecutionProfile profile, Runnable put, Duration poolWait) {
    if (poolWait.isNegative()) {
      throw new IllegalArgumentException(
          "a wait of " + poolWait + " for connections; zero is for none");
    }
    ClusterProfiles profiles = defaults.profiles();
    profiles.reserve(key);
    return proxy
        .join(
            profiles.loadBalancing(profile),
            put,
            Nanos.of(poolWait),
            "Not all connections that the execution profile '"
                + key.name()
                + "' asks for were open within "
                + poolWait
                + "; the profile is there all the same, and they go on being opened")
        .whenComplete((done, error) -> profiles.release(key));
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
   * Has somebody told what changes in the schema.
   *
   * @param listener called on the conductor's thread; must not block
   */
  public void addSchemaChangeListener(SchemaChangeListener listener) {
    proxy.schemaListeners().add(Objects.requireNonNull(listener, "listener"));
  }

  /**
   * Has a listener told nothing more.
   *
   * @param listener the listener
   * @return false if it was not told anything anyway
   */
  public boolean removeSchemaChangeListener(SchemaChangeListener listener) {
    return proxy.schemaListeners().remove(listener);
  }

  /**
   * Reads anew who is in the cluster, and waits for it.
   *
   * @param force whether tokens are placed anew even if nothing has changed
   * @throws MetadataRefreshException if it cannot be read; what was known stays
   */
  public void refreshNodes(boolean force) {
    await("refreshNodes()", proxy.refreshNodes(force));
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
   * Reads the schema anew, and waits for it, after the nodes have come to have one schema.
   *
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time; what
   *     was known stays
   */
  public void refreshSchema() {
    refresh("refreshSchema()", SchemaScope.EVERYTHING, agreementNanos);
  }

  /**
   * Reads the schema anew, and waits for it.
   *
   * @param agreementWait how long to wait for the nodes to have one schema; zero or less not to
   *     wait
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time; what
   *     was known stays
   */
  public void refreshSchema(Duration agreementWait) {
    refresh("refreshSchema()", SchemaScope.EVERYTHING, Nanos.of(agreementWait));
  }

  /**
   * Reads the schema anew, after the nodes have come to have one schema.
   *
   * @return done when {@link #metadata} has it; fails with {@link MetadataRefreshException}
   */
  public CompletableFuture<Void> refreshSchemaAsync() {
    return proxy.refreshSchema(SchemaScope.EVERYTHING, agreementNanos);
  }

  /**
   * Reads anew how a keyspace is replicated and written, but not what is in it, and waits for it,
   * after the nodes have come to have one schema. What is not there any more is forgotten.
   *
   * @param keyspace the keyspace's name
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time; what
   *     was known stays
   */
  public void refreshKeyspace(String keyspace) {
    refresh("refreshKeyspace()", SchemaScope.keyspace(keyspace), agreementNanos);
  }

  /**
   * Reads anew how a keyspace is replicated and written, and waits for it, as {@link
   * #refreshKeyspace(String)} does.
   *
   * @param keyspace the keyspace's name
   * @param agreementWait how long to wait for the nodes to have one schema; zero or less not to
   *     wait
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time; what
   *     was known stays
   */
  public void refreshKeyspace(String keyspace, Duration agreementWait) {
    refresh("refreshKeyspace()", SchemaScope.keyspace(keyspace), Nanos.of(agreementWait));
  }

  /**
   * Reads anew a table with its indexes and triggers, or a materialized view, and waits for it,
   * after the nodes have come to have one schema. What is not there any more is forgotten.
   *
   * @param keyspace the keyspace's name
   * @param table the name
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time; what
   *     was known stays
   */
  public void refreshTable(String keyspace, String table) {
    refresh("refreshTable()", SchemaScope.table(keyspace, table), agreementNanos);
  }

  /**
   * Reads anew a table, and waits for it, as {@link #refreshTable(String, String)} does.
   *
   * @param keyspace the keyspace's name
   * @param table the table's name
   * @param agreementWait how long to wait for the nodes to have one schema; zero or less not to
   *     wait
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time; what
   *     was known stays
   */
  public void refreshTable(String keyspace, String table, Duration agreementWait) {
    refresh("refreshTable()", SchemaScope.table(keyspace, table), Nanos.of(agreementWait));
  }

  /**
   * Reads anew a materialized view, and waits for it, after the nodes have come to have one schema.
   * What is not there any more is forgotten.
   *
   * @param keyspace the keyspace's name
   * @param view the name
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time; what
   *     was known stays
   */
  public void refreshMaterializedView(String keyspace, String view) {
    refresh("refreshMaterializedView()", SchemaScope.table(keyspace, view), agreementNanos);
  }

  /**
   * Reads anew a materialized view, and waits for it, as {@link #refreshMaterializedView(String,
   * String)} does.
   *
   * @param keyspace the keyspace's name
   * @param view the view's name
   * @param agreementWait how long to wait for the nodes to have one schema; zero or less not to
   *     wait
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time; what
   *     was known stays
   */
  public void refreshMaterializedView(String keyspace, String view, Duration agreementWait) {
    refresh(
        "refreshMaterializedView()", SchemaScope.table(keyspace, view), Nanos.of(agreementWait));
  }

  /**
   * Reads anew a user-defined type, and waits for it, after the nodes have come to have one schema.
   * What is not there any more is forgotten.
   *
   * @param keyspace the keyspace's name
   * @param type the name
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time; what
   *     was known stays
   */
  public void refreshUserType(String keyspace, String type) {
    refresh("refreshUserType()", SchemaScope.type(keyspace, type), agreementNanos);
  }

  /**
   * Reads anew a user-defined type, and waits for it, as {@link #refreshUserType(String, String)}
   * does.
   *
   * @param keyspace the keyspace's name
   * @param type the type's name
   * @param agreementWait how long to wait for the nodes to have one schema; zero or less not to
   *     wait
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time; what
   *     was known stays
   */
  public void refreshUserType(String keyspace, String type, Duration agreementWait) {
    refresh("refreshUserType()", SchemaScope.type(keyspace, type), Nanos.of(agreementWait));
  }

  /**
   * Reads anew the user-defined functions of a name, and waits for it, after the nodes have come to
   * have one schema. What is not there any more is forgotten.
   *
   * @param keyspace the keyspace's name
   * @param function the signature; those with other arguments are read too
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time; what
   *     was known stays
   */
  public void refreshFunction(String keyspace, FunctionSignature function) {
    refresh("refreshFunction()", SchemaScope.functions(keyspace, function.name()), agreementNanos);
  }

  /**
   * Reads anew a function, and waits for it, as {@link #refreshFunction(String, FunctionSignature)}
   * does.
   *
   * @param keyspace the keyspace's name
   * @param function the function's name, with the types of its arguments
   * @param agreementWait how long to wait for the nodes to have one schema; zero or less not to
   *     wait
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time; what
   *     was known stays
   */
  public void refreshFunction(String keyspace, FunctionSignature function, Duration agreementWait) {
    refresh(
        "refreshFunction()",
        SchemaScope.functions(keyspace, function.name()),
        Nanos.of(agreementWait));
  }

  /**
   * Reads anew the user-defined aggregates of a name, and waits for it, after the nodes have come
   * to have one schema. What is not there any more is forgotten.
   *
   * @param keyspace the keyspace's name
   * @param aggregate the signature; those with other arguments are read too
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time; what
   *     was known stays
   */
  public void refreshAggregate(String keyspace, FunctionSignature aggregate) {
    refresh(
        "refreshAggregate()", SchemaScope.aggregates(keyspace, aggregate.name()), agreementNanos);
  }

  /**
   * Reads anew an aggregate, and waits for it, as {@link #refreshAggregate(String,
   * FunctionSignature)} does.
   *
   * @param keyspace the keyspace's name
   * @param aggregate the aggregate's name, with the types of its arguments
   * @param agreementWait how long to wait for the nodes to have one schema; zero or less not to
   *     wait
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time; what
   *     was known stays
   */
  public void refreshAggregate(
      String keyspace, FunctionSignature aggregate, Duration agreementWait) {
    refresh(
        "refreshAggregate()",
        SchemaScope.aggregates(keyspace, aggregate.name()),
        Nanos.of(agreementWait));
  }

  /**
   * Whether the nodes have one schema; waits for it as long as the cluster is set to. Right after
   * another client has changed the schema, the nodes may still agree on what was before: they tell
   * each other of the change once a second. Who has changed it by a session of this driver need not
   * ask: see {@link ResultSet#isSchemaAgreed}.
   *
   * @return true if all that are not down report one version
   */
  public boolean checkSchemaAgreement() {
    return await("checkSchemaAgreement()", proxy.schemaAgreement(agreementNanos));
  }

  /**
   * Whether the nodes have one schema, which is waited for as long as the cluster is set to; see
   * {@link #checkSchemaAgreement} for what another client has just changed.
   *
   * @return true if all that are not down report one version
   */
  public CompletableFuture<Boolean> checkSchemaAgreementAsync() {
    return proxy.schemaAgreement(agreementNanos);
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
   * simple ones and in {@link Session#format}, and rows read as it: {@code row.get("address",
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

  private void refresh(String what, SchemaScope scope, long mostNanos) {
    await(what, proxy.refreshSchema(scope, mostNanos));
  }

  private <T> T await(String what, CompletableFuture<T> future) {
    patience.checkMayWait(what);
    return patience.awaitOthers(future);
  }

  /** The agents of all sessions but the caller-runs ones, for measurements. */
  List<SelectorAgent> agents() {
    return agents.all();
  }

  /** The schema has changed in some way; for tests. */
  void onStatementsChanged() {
    preparer.evictor().onChange();
  }

  /** How many events the cluster has sent, for measurements. */
  long eventsReceived() {
    return proxy.eventsReceived();
  }

  /** The first of the agents, for measurements. */
  SelectorAgent agent() {
    return agents.all().get(0);
  }
}
