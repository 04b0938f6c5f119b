package io.peregrine.conductor;

import io.peregrine.codec.DriverException;
import io.peregrine.io.Connection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The connections of a session that nothing new is sent on, until they are closed. Confined to the
 * conductor's thread, but for {@link #gone()}.
 */
final class LeavingConnections {
  private static final long RETIRE_CHECK = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int RETIRE_CHECKS = 600;

  private final ClusterConductor conductor;
  private final Set<Connection> leaving = new LinkedHashSet<>();
  private final CompletableFuture<Void> gone = new CompletableFuture<>();
  private int open;
  private boolean closed;

  LeavingConnections(ClusterConductor conductor) {
    this.conductor = conductor;
  }

  /** When the session is closed and all its connections are. For any thread. */
  CompletableFuture<Void> gone() {
    return gone;
  }

  /** A connection is opened, and will be closed some day. */
  void onOpening() {
    open++;
  }

  /** A connection is closed. */
  void onGone(Connection connection) {
    open--;
    leaving.remove(connection);
    checkGone();
  }

  /** A connection ends by itself. */
  void letEnd(Connection connection) {
    leaving.add(connection);
  }

  /** Closes a connection that nobody counts on any more. */
  void dismiss(Connection connection, DriverException cause) {
    leaving.add(connection);
    close(connection, cause);
  }

  /** Closes a connection when what is in flight on it has ended, which is waited for a while. */
  void retire(Connection connection, DriverException cause) {
    leaving.add(connection);
    closeWhenIdle(connection, cause, RETIRE_CHECKS);
  }

  private void closeWhenIdle(Connection connection, DriverException cause, int checks) {
    // Not at once: who has just read the old table may be about to offer.
    conductor.runLater(
        RETIRE_CHECK,
        () -> {
          if (connection.inFlight() == 0 || checks == 0) {
            close(connection, cause);
          } else if (leaving.contains(connection)) {
            closeWhenIdle(connection, cause, checks - 1);
          }
        });
  }

  /** Closes them now, sockets first: nobody drives them, so nobody else would. */
  void rest(DriverException cause) {
    for (Connection connection : leaving) {
      connection.closeSocket();
      close(connection, cause);
    }
  }

  /** Closes them now, and no others come: the session has parted with all that it had. */
  void close(DriverException cause) {
    closed = true;
    leaving.forEach(connection -> close(connection, cause));
    checkGone();
  }

  private void checkGone() {
    if (closed && open == 0) {
      gone.complete(null);
    }
  }

  private static void close(Connection connection, DriverException cause) {
    connection.agent().connections().close(connection, cause);
  }
}
