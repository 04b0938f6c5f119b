package io.peregrine;

import io.peregrine.codec.DriverException;
import org.jspecify.annotations.Nullable;

/** What is known of the cluster could not be read anew; what was known before stays. Immutable. */
public final class MetadataRefreshException extends DriverException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with its message and cause.
   *
   * @param message what was not refreshed
   * @param cause why
   */
  public MetadataRefreshException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
