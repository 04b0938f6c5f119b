package io.peregrine.testkit.server;

import java.util.concurrent.atomic.AtomicInteger;

/** A responder in force for some requests, until it is used up or removed. Thread-safe. */
public final class Script {
  private final RequestMatcher matcher;
  private final Responder responder;
  private final int limit;
  private final AtomicInteger uses = new AtomicInteger();
  private volatile boolean removed;

  Script(RequestMatcher matcher, Responder responder, int limit) {
    this.matcher = matcher;
    this.responder = responder;
    this.limit = limit;
  }

  /**
   * How many requests it answered, or was silent about.
   *
   * @return at least 0
   */
  public int uses() {
    return Math.min(limit, uses.get());
  }

  /** Takes it out of force. */
  public void remove() {
    removed = true;
  }

  /** Whether the script took this request; if so, it is counted. */
  boolean takes(Request request) {
    return !removed
        && uses.get() < limit
        && matcher.matches(request)
        && uses.getAndIncrement() < limit;
  }

  void respond(Exchange exchange) {
    responder.respond(exchange);
  }
}
