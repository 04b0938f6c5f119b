package io.peregrine.bench.demo;

/** Why the demo ends with a status other than 0. Immutable. */
final class DemoFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  DemoFailedException(String message) {
    super(message);
  }
}
