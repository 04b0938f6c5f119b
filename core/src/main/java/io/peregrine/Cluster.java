package io.peregrine;

import io.peregrine.conductor.CallersThread;
import io.peregrine.conductor.ClusterConductor;
import io.peregrine.conductor.ClusterProxy;
import io.peregrine.conductor.DriverThreads;
import io.peregrine.conductor.FaultLog;
import io.peregrine.conductor.OwnThreads;
import io.peregrine.conductor.OwnerThread;
import io.peregrine.conductor.PoolSize;
import io.peregrine.conductor.SchemaPart;
import io.peregrine.conductor.SelectorAgents;
import io.peregrine.conductor.SessionPool;
import io.peregrine.io.SelectorAgent;
import io.peregrine.metadata.FunctionSignature;
import io.peregrine.metadata.Metadata;
import io.peregrine.metrics.Metrics;
import io.peregrine.type.TypeCodecs;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;

/**
 * A Cassandra or DSE cluster. Any thread may use it, but for one that is built with {@link
 * ClusterBuilder#invoked}, which belongs to one thread with all of its sessions. A session may
 * belong to a thread of its own: see {@link ConnectOptions#callerRuns}.
 *
 * <p>Building it opens no socket; the first {@code connect} finds out who is in the cluster.
 */
public final class Cluster implements AutoCloseable {
  static final String VERSION = "0.1.0";

  private final NanoClock clock = SystemNanoClock.INSTANCE;
  private final RequestDefaults defaults;
  private final AgentSettings settings;
  private final Preparer preparer;
  private final ErrorHandler faults = new FaultLog();
  private final DriverThreads threads;
  private final ClusterProxy proxy;
  private final long agreementNanos;
  private final SelectorAgents agents;
  private final Patience patience;
  private final Set<CompletableFuture<?>> connecting = ConcurrentHashMap.newKeySet();
  private final Set<OwnerThread> owners = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Cluster(
      ClusterProxy.Settings conducting,
      RequestDefaults defaults,
      AgentSettings settings,
      PreparedSettings preparedSettings) {
    this.defaults = defaults;
    this.preparer = new Preparer(preparedSettings, defaults.codecs(), this::metadata);
    this.settings = settings;
    agents = new SelectorAgents(settings.agents(faults));
    Idle idle = settings.idle();
    ClusterConductor conductor = new ClusterConductor(clock, faults, idle != null);
    agreementNanos = conducting.refresh().agreementNanos();
    proxy = new ClusterProxy(conductor, agents, conducting, preparer.forNewNodes());
    proxy.schemaListeners().add(preparer.evictor());
    threads =
        idle == null
            ? new CallersThread(agents.all(), conductor, faults)
            : new OwnThreads(agents.all(), idle::strategy, conductor, faults);
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
    return open(null, ConnectOptions.defaults());
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
    return open(null, options);
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
    return open(keyspace, ConnectOptions.defaults());
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
    return open(keyspace, options);
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
    await("refreshSchema()", proxy.refreshSchema(SchemaPart.EVERYTHING, agreementNanos));
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
    await(
        "refreshSchema()",
        proxy.refreshSchema(SchemaPart.EVERYTHING, Statement.nanos(agreementWait)));
  }

  /**
   * Reads the schema anew, after the nodes have come to have one schema.
   *
   * @return done when {@link #metadata} has it; fails with {@link MetadataRefreshException}
   */
  public CompletableFuture<Void> refreshSchemaAsync() {
    return proxy.refreshSchema(SchemaPart.EVERYTHING, agreementNanos);
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
    await("refreshKeyspace()", refreshKeyspaceAsync(keyspace));
  }

  /**
   * Reads anew how a keyspace is replicated and written, but not what is in it, after the nodes
   * have come to have one schema.
   *
   * @param keyspace the keyspace's name
   * @return done when {@link #metadata} has it; fails with {@link MetadataRefreshException}
   */
  public CompletableFuture<Void> refreshKeyspaceAsync(String keyspace) {
    return proxy.refreshSchema(SchemaPart.keyspace(keyspace), agreementNanos);
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
    await("refreshTable()", refreshTableAsync(keyspace, table));
  }

  /**
   * Reads anew a table with its indexes and triggers, or a materialized view, after the nodes have
   * come to have one schema.
   *
   * @param keyspace the keyspace's name
   * @param table the name
   * @return done when {@link #metadata} has it; fails with {@link MetadataRefreshException}
   */
  public CompletableFuture<Void> refreshTableAsync(String keyspace, String table) {
    return proxy.refreshSchema(SchemaPart.table(keyspace, table), agreementNanos);
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
    await("refreshMaterializedView()", refreshMaterializedViewAsync(keyspace, view));
  }

  /**
   * Reads anew a materialized view, after the nodes have come to have one schema.
   *
   * @param keyspace the keyspace's name
   * @param view the name
   * @return done when {@link #metadata} has it; fails with {@link MetadataRefreshException}
   */
  public CompletableFuture<Void> refreshMaterializedViewAsync(String keyspace, String view) {
    return proxy.refreshSchema(SchemaPart.table(keyspace, view), agreementNanos);
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
    await("refreshUserType()", refreshUserTypeAsync(keyspace, type));
  }

  /**
   * Reads anew a user-defined type, after the nodes have come to have one schema.
   *
   * @param keyspace the keyspace's name
   * @param type the name
   * @return done when {@link #metadata} has it; fails with {@link MetadataRefreshException}
   */
  public CompletableFuture<Void> refreshUserTypeAsync(String keyspace, String type) {
    return proxy.refreshSchema(SchemaPart.userType(keyspace, type), agreementNanos);
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
    await("refreshFunction()", refreshFunctionAsync(keyspace, function));
  }

  /**
   * Reads anew the user-defined functions of a name, after the nodes have come to have one schema.
   *
   * @param keyspace the keyspace's name
   * @param function the signature; those with other arguments are read too
   * @return done when {@link #metadata} has it; fails with {@link MetadataRefreshException}
   */
  public CompletableFuture<Void> refreshFunctionAsync(String keyspace, FunctionSignature function) {
    return proxy.refreshSchema(SchemaPart.functions(keyspace, function.name()), agreementNanos);
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
    await("refreshAggregate()", refreshAggregateAsync(keyspace, aggregate));
  }

  /**
   * Reads anew the user-defined aggregates of a name, after the nodes have come to have one schema.
   *
   * @param keyspace the keyspace's name
   * @param aggregate the signature; those with other arguments are read too
   * @return done when {@link #metadata} has it; fails with {@link MetadataRefreshException}
   */
  public CompletableFuture<Void> refreshAggregateAsync(
      String keyspace, FunctionSignature aggregate) {
    return proxy.refreshSchema(SchemaPart.aggregates(keyspace, aggregate.name()), agreementNanos);
  }

  /**
   * Whether the nodes have one schema; waits for it as long as the cluster is set to.
   *
   * @return true if all that are not down report one version
   */
  public boolean checkSchemaAgreement() {
    return await("checkSchemaAgreement()", proxy.schemaAgreement(agreementNanos));
  }

  /**
   * Whether the nodes have one schema, which is waited for as long as the cluster is set to.
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

  private <T> T await(String what, CompletableFuture<T> future) {
    patience.checkMayWait(what);
    return patience.awaitOthers(future);
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
    return closed;
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
  public synchronized void close() {
    patience.checkMayWait("close()");
    for (OwnerThread owner : owners) {
      new Patience(owner).checkMayWait("close()");
    }
    if (closed) {
      return;
    }
    closed = true;
    threads.close();
    for (CompletableFuture<?> waiting : connecting) {
      waiting.completeExceptionally(closedException());
    }
    owners.forEach(OwnerThread::close);
    owners.clear();
    settings.connections().security().close();
    settings.observation().close();
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

  private static ClusterClosedException closedException() {
    return new ClusterClosedException("The cluster was closed; build a new one");
  }

  private Session open(@Nullable String keyspace, ConnectOptions options) {
    patience.checkMayWait("connect()");
    if (closed) {
      throw closedException();
    }
    PoolSize.PerNode perNode = settings.connectionsPerNode();
    if (!options.isCallerRuns()) {
      return open(
          keyspace,
          patience,
          new PoolSize(perNode, null, 0, options.waitsForAll()),
          options.applyTo(defaults));
    }
    OwnerThread owner = owner(options.idle());
    try {
      return open(
          keyspace,
          new Patience(owner),
          new PoolSize(perNode, owner, options.restAfterNanos(), options.waitsForAll()),
          options.applyTo(defaults));
    } catch (RuntimeException e) {
      owner.close();
      forget(owner);
      throw e;
    }
  }

  /** Makes the calling thread the owner of a session. */
  private OwnerThread owner(Idle idle) {
    boolean drivesCluster = threads.invokes();
    OwnerThread owner =
        new OwnerThread(
            settings.callersAgent(idle == Idle.SELECT && !drivesCluster, faults),
            idle.strategy(),
            drivesCluster ? threads : null,
            clock,
            faults);
    owners.add(owner);
    return owner;
  }

  private Session open(
      @Nullable String keyspace, Patience patience, PoolSize size, RequestDefaults defaults) {
    OwnerThread owner = size.owner();
    RequestRouter router =
        new RequestRouter(proxy.view(), clock, defaults, patience, this::isClosed, owner);
    router.schemaChanges(proxy::onSchemaChange);
    CompletableFuture<SessionPool<Route>> opening =
        proxy.openSession(
            keyspace, size, (node, connection) -> new Route(node, connection, router));
    connecting.add(opening);
    if (closed) {
      opening.completeExceptionally(closedException());
    }
    try {
      router.open(patience.awaitOthers(opening));
    } catch (DriverInterruptedException e) {
      opening.thenAccept(SessionPool::close);
      throw e;
    } finally {
      connecting.remove(opening);
    }
    return new Session(router, preparer, patience, owner, () -> forget(owner));
  }

  private void forget(@Nullable OwnerThread owner) {
    if (owner != null) {
      owners.remove(owner);
      settings.observation().forget(owner.agent());
    }
  }
}
