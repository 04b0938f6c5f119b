package io.peregrine;

import io.peregrine.conductor.ClusterProxy;
import io.peregrine.conductor.DriverThreads;
import io.peregrine.conductor.OwnerThread;
import io.peregrine.conductor.PoolSize;
import io.peregrine.conductor.SessionPool;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;

/** Opens the sessions of one cluster, and ends what it has begun. Any thread may use it. */
final class SessionOpener {
  private final AgentSettings settings;
  private final SessionDefaults defaults;
  private final Preparer preparer;
  private final ClusterProxy proxy;
  private final DriverThreads threads;
  private final ErrorHandler faults;
  private final Patience patience;
  private final Set<CompletableFuture<?>> connecting = ConcurrentHashMap.newKeySet();
  private final Set<OwnerThread> owners = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  SessionOpener(
      AgentSettings settings,
      SessionDefaults defaults,
      Preparer preparer,
      ClusterProxy proxy,
      DriverThreads threads,
      ErrorHandler faults) {
    this.settings = settings;
    this.defaults = defaults;
    this.preparer = preparer;
    this.proxy = proxy;
    this.threads = threads;
    this.faults = faults;
    this.patience = new Patience(threads);
  }

  boolean isClosed() {
    return closed;
  }

  /** Opens a session and waits for it. */
  Session open(@Nullable String keyspace, ConnectOptions options) {
    patience.checkMayWait("connect()");
    if (closed) {
      throw closedException();
    }
    PoolSize.PerNode perNode = settings.connectionsPerNode();
    SessionProfiles profiles = defaults.profiles(options);
    if (!options.isCallerRuns()) {
      return open(
          keyspace, patience, new PoolSize(perNode, null, 0, options.waitsForAll()), profiles);
    }
    OwnerThread owner = owner(options.idle());
    try {
      return open(
          keyspace,
          new Patience(owner),
          new PoolSize(perNode, owner, options.restAfterNanos(), options.waitsForAll()),
          profiles);
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
            SystemNanoClock.INSTANCE,
            faults);
    owners.add(owner);
    return owner;
  }

  private Session open(
      @Nullable String keyspace, Patience patience, PoolSize size, SessionProfiles profiles) {
    OwnerThread owner = size.owner();
    RequestRouter router =
        new RequestRouter(
            proxy.view(), SystemNanoClock.INSTANCE, profiles, patience, this::isClosed, owner);
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
    return new Session(router, preparer, patience, owner, proxy::after, () -> forget(owner));
  }

  private void forget(@Nullable OwnerThread owner) {
    if (owner != null) {
      owners.remove(owner);
      settings.observation().forget(owner.agent());
    }
  }

  /** Refuses to end sessions on a thread that drives one. */
  void checkMayClose() {
    patience.checkMayWait("close()");
    for (OwnerThread owner : owners) {
      new Patience(owner).checkMayWait("close()");
    }
  }

  /** From now on no session is opened. */
  void close() {
    closed = true;
  }

  /** Ends who waits for a session, and the sessions that have threads of their own. */
  void end() {
    for (CompletableFuture<?> waiting : connecting) {
      waiting.completeExceptionally(closedException());
    }
    owners.forEach(OwnerThread::close);
    owners.clear();
  }

  private static ClusterClosedException closedException() {
    return new ClusterClosedException("The cluster was closed; build a new one");
  }
}
