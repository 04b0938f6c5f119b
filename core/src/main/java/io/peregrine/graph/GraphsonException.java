package io.peregrine.graph;

import io.peregrine.codec.DriverException;
import org.jspecify.annotations.Nullable;

/**
 * A graph result that is JSON, but not what GraphSON allows at its place. Instances are immutable.
 *
 * <p>The result that it is thrown for is taken; who goes on gets the next one.
 */
public final class GraphsonException extends DriverException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what cannot be read.
   *
   * @param message the GraphSON type, what stands there, and what should
   */
  public GraphsonException(String message) {
    super(message);
  }

  GraphsonException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
