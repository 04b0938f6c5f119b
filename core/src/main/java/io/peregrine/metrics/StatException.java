package io.peregrine.metrics;

/** Why there is nothing to show. Immutable. */
final class StatException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What the process is to exit with. */
  private final int exitCode;

  StatException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
