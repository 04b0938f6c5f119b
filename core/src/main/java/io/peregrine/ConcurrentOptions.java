package io.peregrine;

import java.util.Objects;

/**
 * How many statements are executed at once, with what options, and what an error means for the
 * others. Immutable: each setting makes another.
 */
public final class ConcurrentOptions {
  private static final ConcurrentOptions DEFAULTS =
      new ConcurrentOptions(100, true, RequestOptions.none());

  private final int concurrency;
  private final boolean failFast;
  private final RequestOptions requestOptions;

  private ConcurrentOptions(int concurrency, boolean failFast, RequestOptions requestOptions) {
    this.concurrency = concurrency;
    this.failFast = failFast;
    this.requestOptions = requestOptions;
  }

  /**
   * At most 100 statements at once, and the first error ends all.
   *
   * @return the options
   */
  public static ConcurrentOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Sets how many statements are under way at the same time.
   *
   * @param statements at least 1; 100 by default
   * @return options that differ in this
   * @throws IllegalArgumentException if it is less
   */
  public ConcurrentOptions concurrency(int statements) {
    if (statements < 1) {
      throw new IllegalArgumentException(statements + " statements at once; at least 1 is needed");
    }
    return new ConcurrentOptions(statements, failFast, requestOptions);
  }

  /**
   * Sets whether the first error ends all: no further statement is begun, and the error is thrown
   * when those under way have ended.
   *
   * @param failFast true by default; false collects the errors
   * @return options that differ in this
   */
  public ConcurrentOptions failFast(boolean failFast) {
    return new ConcurrentOptions(concurrency, failFast, requestOptions);
  }

  /**
   * Sets what applies to each of the requests, in the place of what is set on its statement.
   *
   * @param options by default what the statements say
   * @return options that differ in this
   */
  public ConcurrentOptions requestOptions(RequestOptions options) {
    return new ConcurrentOptions(concurrency, failFast, Objects.requireNonNull(options, "options"));
  }

  int concurrency() {
    return concurrency;
  }

  boolean isFailFast() {
    return failFast;
  }

  RequestOptions requestOptions() {
    return requestOptions;
  }
}
