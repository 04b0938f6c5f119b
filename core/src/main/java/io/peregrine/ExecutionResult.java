package io.peregrine;

import io.peregrine.codec.DriverException;
import org.jspecify.annotations.Nullable;

/**
 * What became of one statement of many. Immutable as far as its rows are; any thread may use it.
 *
 * @param result what it gave, or null if it failed
 * @param error why it failed, or null
 */
public record ExecutionResult(@Nullable ResultSet result, @Nullable DriverException error) {
  /**
   * Whether the statement was executed.
   *
   * @return true if there is a result
   */
  public boolean isSuccess() {
    return error == null;
  }

  /**
   * The result of a statement that must have been executed.
   *
   * @return the result
   * @throws DriverException the error, if it was not
   */
  public ResultSet get() {
    ResultSet result = this.result;
    if (result == null) {
      throw error == null ? new DriverException("there is neither result nor error") : error;
    }
    return result;
  }
}
