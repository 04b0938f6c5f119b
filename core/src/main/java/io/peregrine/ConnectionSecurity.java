package io.peregrine;

import io.peregrine.auth.AuthProvider;
import io.peregrine.auth.Authenticator;
import io.peregrine.io.HandshakeAuthenticator;
import io.peregrine.io.SelectorContext;
import io.peregrine.io.TlsEngines;
import io.peregrine.io.TlsTransportFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How connections are encrypted, how the client says who it is, and the few threads that do what is
 * slow about it. Any thread may use it.
 *
 * <p>The threads begin with the first such task and end when there is none for a while. A cluster
 * that has no threads of its own has none of these either: the tasks then run on its caller's.
 */
final class ConnectionSecurity implements AutoCloseable {
  private static final int MOST_THREADS = 4;
  private static final long IDLE_SECONDS = 10;
  private static final long CLOSE_SECONDS = 5;

  private final @Nullable TlsEngines engines;
  private final @Nullable AuthProvider authProvider;
  private final @Nullable ThreadPoolExecutor threads;

  /**
   * The security of one cluster's connections.
   *
   * @param engines null for plain connections
   * @param authProvider null if the client does not say who it is
   * @param hasThreads whether the cluster has threads of its own
   */
  ConnectionSecurity(
      @Nullable TlsEngines engines, @Nullable AuthProvider authProvider, boolean hasThreads) {
    this.engines = engines;
    this.authProvider = authProvider;
    this.threads = hasThreads ? threads() : null;
  }

  private static ThreadPoolExecutor threads() {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            MOST_THREADS,
            MOST_THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "peregrine-handshake-" + number.getAndIncrement());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  SelectorContext applyTo(SelectorContext context) {
    Executor executor = threads == null ? Runnable::run : threads;
    context.handshakes(executor);
    TlsEngines engines = this.engines;
    if (engines != null) {
      context.transports(new TlsTransportFactory(engines));
    }
    AuthProvider provider = authProvider;
    if (provider != null) {
      context.authentication(
          (node, serverAuthenticator) ->
              new AuthenticatorAdapter(provider.newAuthenticator(node, serverAuthenticator)));
    }
    return context;
  }

  /** What still waits is dropped: its connections are closed. */
  @Override
  public void close() {
    ThreadPoolExecutor threads = this.threads;
    if (threads == null) {
      return;
    }
    threads.shutdownNow();
    try {
      threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The connections' view of an application's authenticator. */
  private record AuthenticatorAdapter(Authenticator authenticator)
      implements HandshakeAuthenticator {
    @Override
    public byte @Nullable [] initialResponse() throws Exception {
      return authenticator.initialResponse();
    }

    @Override
    public byte @Nullable [] evaluateChallenge(byte @Nullable [] challenge) throws Exception {
      return authenticator.evaluateChallenge(challenge);
    }

    @Override
    public void onSuccess(byte @Nullable [] token) throws Exception {
      authenticator.onSuccess(token);
    }
  }
}
