package io.peregrine.testkit.server;

/**
 * What the server does about a request. Called on the reader thread of the request's connection, so
 * the next request of that connection waits until it returns.
 */
@FunctionalInterface
public interface Responder {
  /**
   * Answers, or does not.
   *
   * @param exchange the request and all the ways to answer it
   */
  void respond(Exchange exchange);
}
