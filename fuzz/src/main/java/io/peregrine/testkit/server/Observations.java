package io.peregrine.testkit.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * What a server saw: requests, connections, and what the clients did wrong. Thread-safe; each
 * {@code await} returns as soon as its condition holds and fails after {@link #BOUND}.
 */
public final class Observations {
  /** How long a condition may take to come true, on a machine that has much else to do. */
  public static final Duration BOUND = Duration.ofSeconds(60);

  private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final List<Request> requests = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private final List<ServerConnection> connections = new ArrayList<>();

  Observations() {}

  /**
   * All requests so far, in the order in which they were decoded.
   *
   * @return a copy
   */
  public synchronized List<Request> requests() {
    return List.copyOf(requests);
  }

  /**
   * The requests of one kind so far.
   *
   * @param matcher which kind
   * @return a copy
   */
  public List<Request> requests(RequestMatcher matcher) {
    return requests().stream().filter(matcher::matches).toList();
  }

  /**
   * How many requests came so far.
   *
   * @return at least 0
   */
  public synchronized int requestCount() {
    return requests.size();
  }

  /** Forgets the requests so far, so that a test of very many does not fill the memory. */
  public synchronized void forgetRequests() {
    requests.clear();
  }

  /**
   * All connections that were ever accepted, the oldest first.
   *
   * @return a copy
   */
  public synchronized List<ServerConnection> connections() {
    return List.copyOf(connections);
  }

  /**
   * The connections that are open now.
   *
   * @return a copy
   */
  public List<ServerConnection> openConnections() {
    return connections().stream().filter(ServerConnection::isOpen).toList();
  }

  /**
   * Bytes that all clients sent so far.
   *
   * @return at least 0
   */
  public long bytesReceived() {
    return connections().stream().mapToLong(ServerConnection::bytesReceived).sum();
  }

  /**
   * What clients did against the specification, and faults of the test's own scripts.
   *
   * @return a copy, one sentence each
   */
  public synchronized List<String> violations() {
    return List.copyOf(violations);
  }

  /** Fails if a client broke the protocol, or a script threw. */
  public void assertNoViolations() {
    List<String> seen = violations();
    if (!seen.isEmpty()) {
      throw new AssertionError(
          seen.size() + " violations of the protocol:\n  " + String.join("\n  ", seen));
    }
  }

  /**
   * Waits until so many requests came in all.
   *
   * @param count how many
   * @return the requests, at least {@code count}
   */
  public List<Request> awaitRequests(int count) {
    await(count + " requests", () -> requestCount() >= count);
    return requests();
  }

  /**
   * Waits until so many requests of one kind came.
   *
   * @param count how many
   * @param matcher which kind
   * @return those requests, at least {@code count}
   */
  public List<Request> awaitRequests(int count, RequestMatcher matcher) {
    await(count + " such requests", () -> requests(matcher).size() >= count);
    return requests(matcher);
  }

  /**
   * Waits until exactly so many connections are open.
   *
   * @param count how many
   * @return the open connections
   */
  public List<ServerConnection> awaitOpenConnections(int count) {
    await(count + " open connections", () -> openConnections().size() == count);
    return openConnections();
  }

  /**
   * Waits until a client broke the protocol in at least so many ways.
   *
   * @param count how many
   * @return the violations
   */
  public List<String> awaitViolations(int count) {
    await(count + " violations", () -> violations().size() >= count);
    return violations();
  }

  /**
   * Waits for a condition; it is asked again after every change of what is observed here, and now
   * and then for what else it may look at.
   *
   * @param what what is waited for, for the message of a failure
   * @param condition the condition
   */
  public synchronized void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + BOUND.toNanos();
    while (!condition.getAsBoolean()) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new AssertionError("waited " + BOUND + " for " + what + "; saw requests " + requests);
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(this, Math.min(left, LOOK_AGAIN_NANOS));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting for " + what, e);
      }
    }
  }

  /**
   * Runs work on the calling thread until a condition holds: for drivers without threads of their
   * own.
   *
   * @param what what is waited for, for the message of a failure
   * @param condition asked before each turn
   * @param work one turn, for example an agent's duty cycle; if it returns 0, others have theirs
   */
  public static void driveUntil(String what, BooleanSupplier condition, LongSupplier work) {
    long deadline = System.nanoTime() + BOUND.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("worked " + BOUND + " in vain for " + what);
      }
      if (work.getAsLong() == 0) {
        // What is waited for is done by other threads, and there may be no more cores.
        Thread.yield();
      }
    }
  }

  /**
   * Waits until a condition holds that other threads bring about.
   *
   * @param what what is waited for, for the message of a failure
   * @param condition asked again and again
   */
  public static void until(String what, BooleanSupplier condition) {
    driveUntil(what, condition, () -> 0);
  }

  synchronized void record(Request request) {
    requests.add(request);
    notifyAll();
  }

  synchronized void accepted(ServerConnection connection) {
    connections.add(connection);
    notifyAll();
  }

  synchronized void changed() {
    notifyAll();
  }

  synchronized void violation(String what) {
    violations.add(what);
    notifyAll();
  }
}
