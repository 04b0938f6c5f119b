package io.peregrine.testkit.server;

import com.datastax.oss.protocol.internal.Message;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A responder that keeps requests until the test answers them, so that a late answer comes exactly
 * when the test says so. Thread-safe.
 *
 * <pre>{@code
 * HeldRequests held = new HeldRequests();
 * server.on(query("SELECT 1"), held);
 * ...
 * held.take().reply(Void.INSTANCE);
 * }</pre>
 */
public final class HeldRequests implements Responder {
  private final BlockingQueue<Exchange> held = new LinkedBlockingQueue<>();

  /** Holds nothing yet. */
  public HeldRequests() {}

  @Override
  public void respond(Exchange exchange) {
    held.add(exchange.hold());
  }

  /**
   * The oldest request that is held; waits for one.
   *
   * @return the request, no longer held
   */
  public Exchange take() {
    try {
      Exchange oldest = held.poll(Observations.BOUND.toMillis(), TimeUnit.MILLISECONDS);
      if (oldest == null) {
        throw new AssertionError("no request to hold came within " + Observations.BOUND);
      }
      return oldest;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for a request", e);
    }
  }

  /**
   * How many are held now.
   *
   * @return at least 0
   */
  public int size() {
    return held.size();
  }

  /**
   * Answers all that are held now, the oldest first.
   *
   * @param message the answer to each
   */
  public void releaseAll(Message message) {
    for (Exchange exchange = held.poll(); exchange != null; exchange = held.poll()) {
      exchange.reply(message);
    }
  }
}
