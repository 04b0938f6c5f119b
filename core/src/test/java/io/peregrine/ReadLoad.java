package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.DriverException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionException;

/**
 * Keeps some reads in flight and checks each answer: the value of a key is the key with the other
 * sign. Confined to the test's thread.
 */
final class ReadLoad {
  /** How many keys there are, from 0 on. */
  static final int KEYS = 100;

  static final int IN_FLIGHT = 64;

  private static final int MOST_ATTEMPTS = 10;

  final List<DriverException> failures = new ArrayList<>();
  private final Session session;
  private final BoundStatement select;
  private final Deque<ResponseFuture> inFlight = new ArrayDeque<>();
  private final Deque<Integer> keys = new ArrayDeque<>();
  private int next;

  /** Writes what is read to all replicas, of which a busy one may need to be told again. */
  static void fill(Session session, String table) {
    for (int i = 0; i < KEYS; i++) {
      SimpleStatement insert =
          SimpleStatement.of("INSERT INTO " + table + " (k, v) VALUES (?, ?)", i, -i)
              .setConsistency(ConsistencyLevel.ALL);
      boolean written = false;
      for (int attempt = 1; !written; attempt++) {
        try {
          session.execute(insert);
          written = true;
        } catch (WriteTimeoutException | UnavailableException e) {
          if (attempt == MOST_ATTEMPTS) {
            throw e;
          }
        }
      }
    }
  }

  /** A load of a statement with one variable, the key. */
  ReadLoad(Session session, PreparedStatement select) {
    this.session = session;
    this.select = select.bind();
  }

  /** Adds requests, and waits for older ones whenever there are too many. */
  void run(int requests) {
    for (int i = 0; i < requests; i++) {
      if (inFlight.size() == IN_FLIGHT) {
        take();
      }
      int key = next++ % KEYS;
      keys.add(key);
      inFlight.add(session.executeAsync(select.setInt(0, key)));
    }
  }

  /** Waits for all answers; tells how many requests have failed so far. */
  int finish() {
    while (!inFlight.isEmpty()) {
      take();
    }
    return failures.size();
  }

  private void take() {
    int key = keys.remove();
    try {
      assertThat(inFlight.remove().join().one().getInt(0)).isEqualTo(-key);
    } catch (CompletionException e) {
      failures.add((DriverException) e.getCause());
    }
  }
}
