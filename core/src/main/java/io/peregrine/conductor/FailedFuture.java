package io.peregrine.conductor;

import java.util.concurrent.CompletionException;

/** Tells what a future has failed with. Stateless. */
public final class FailedFuture {
  private FailedFuture() {}

  /**
   * What was wrong, without what a future wraps around it for those who depend on it.
   *
   * @param error what a future has told
   * @return its cause if that is such a wrapping, else the error itself
   */
  public static Throwable cause(Throwable error) {
    Throwable cause = error.getCause();
    return error instanceof CompletionException && cause != null ? cause : error;
  }
}
