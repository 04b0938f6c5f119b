package io.peregrine.conductor;

import io.peregrine.io.Connection;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Has one connection follow its session from keyspace to keyspace. Confined to the conductor's
 * thread.
 *
 * <p>A server may run two requests of one connection in either order, so a change waits for the
 * answer to the one before. Those that have waited together are made as one, which goes where the
 * session is by then.
 */
final class ConnectionKeyspace {
  private final PoolContext<?> context;
  private final SessionPool<?> session;
  private final Connection connection;
  private boolean asking;
  private @Nullable CompletableFuture<String> next;

  ConnectionKeyspace(PoolContext<?> context, SessionPool<?> session, Connection connection) {
    this.context = context;
    this.session = session;
    this.connection = connection;
  }

  Connection connection() {
    return connection;
  }

  /**
   * Makes the connection use the session's keyspace, of which there must be one.
   *
   * @return which it uses: that one, or one that the session has gone to later; fails if it may be
   *     in another
   */
  CompletableFuture<String> follow() {
    CompletableFuture<String> change = next;
    if (change == null) {
      change = new CompletableFuture<>();
      if (asking) {
        next = change;
      } else {
        ask(change);
      }
    }
    return change;
  }

  private void ask(CompletableFuture<String> change) {
    String name = wanted();
    asking = true;
    ConductorRequest.query(
            context.conductor(),
            connection,
            KeyspaceSwitch.statement(name),
            context.template().timeoutNanos())
        .whenComplete(
            (rows, error) -> {
              asking = false;
              onAnswer(name, change, error);
            });
  }

  private void onAnswer(String name, CompletableFuture<String> change, @Nullable Throwable error) {
    CompletableFuture<String> next = this.next;
    this.next = null;
    boolean overtaken = next != null || !name.equals(wanted());
    if (error instanceof RefusedQueryException && overtaken) {
      // It is where it was, and nobody wants it to be there any more.
      if (next != null) {
        pass(change, next);
      }
      ask(change);
      return;
    }
    if (next != null && error == null && !name.equals(wanted())) {
      ask(next);
    } else if (next != null) {
      pass(change, next);
    }
    if (error == null) {
      change.complete(name);
    } else {
      change.completeExceptionally(error);
    }
  }

  private static void pass(CompletableFuture<String> from, CompletableFuture<String> to) {
    from.whenComplete(
        (name, error) -> {
          if (error == null) {
            to.complete(name);
          } else {
            to.completeExceptionally(error);
          }
        });
  }

  private String wanted() {
    return Objects.requireNonNull(session.keyspace(), "the session uses no keyspace");
  }
}
