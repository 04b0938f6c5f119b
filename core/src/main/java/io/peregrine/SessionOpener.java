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
    SessionProfiles profiles = defaults.profiles(options);
    if (!options.isCallerRuns()) {
      return await(begin(keyspace, patience, size(options, null), profiles), patience);
    }
    OwnerThread owner = owner(options.idle());
    Patience ofOwner = new Patience(owner);
    try {
      return await(begin(keyspace, ofOwner, size(options, owner), profiles), ofOwner);
    } catch (RuntimeException e) {
      owner.close();
      forget(owner);
      throw e;
    }
  }

  /**
   * Opens a session and waits for nobody.
   *
   * @return the session; fails with what {@link #open} throws
   */
  CompletableFuture<Session> openAsync(@Nullable String keyspace, ConnectOptions options) {
    if (options.isCallerRuns()) {
      throw new IllegalArgumentException(
          "A caller-runs session cannot be opened by connectAsync(): it belongs to the thread that"
              + " opens it, which has to drive it until it is connected; call connect() on that"
              + " thread");
    }
    if (closed) {
      return CompletableFuture.failedFuture(closedException());
    }
    return begin(keyspace, patience, size(options, null), defaults.profiles(options));
  }

  private PoolSize size(ConnectOptions options, @Nullable OwnerThread owner) {
    return new PoolSize(
        settings.connectionsPerNode(),
        owner,
        owner == null ? 0 : options.restAfterNanos(),
        options.waitsForAll());
  }

  private static Session await(CompletableFuture<Session> opening, Patience patience) {
    try {
      return patience.awaitOthers(opening);
    } catch (DriverInterruptedException e) {
      if (!opening.cancel(false)) {
        opening.thenAccept(Session::closeAsync);
      }
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
            settings.clock(),
            faults);
    owners.add(owner);
    return owner;
  }

  /** Begins to open a session; one that nobody waits for any more when it is open is closed. */
  private CompletableFuture<Session> begin(
      @Nullable String keyspace, Patience patience, PoolSize size, SessionProfiles profiles) {
    OwnerThread owner = size.owner();
    RequestRouter router =
        new RequestRouter(
            proxy.view(),
            settings.clock(),
            profiles,
            new SessionAccess(patience, this::isClosed, owner));
    router.schemaChanges(proxy::onSchemaChange);
    CompletableFuture<SessionPool<Route>> opening =
        proxy.openSession(
            keyspace, size, (node, connection) -> new Route(node, connection, router));
    connecting.add(opening);
    if (closed) {
      opening.completeExceptionally(closedException());
    }
    CompletableFuture<Session> result = new CompletableFuture<>();
    opening.whenComplete(
        (pool, error) -> {
          connecting.remove(opening);
          if (error != null) {
            result.completeExceptionally(Patience.unwrapped(error));
            return;
          }
          router.open(pool);
          Session session = new Session(router, preparer, owner, proxy::after, () -> forget(owner));
          if (!result.complete(session)) {
            pool.close();
          }
        });
    return result;
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
