package io.peregrine;

import io.peregrine.codec.DriverException;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** No answer came in time. Immutable. */
public final class OperationTimedOutException extends DriverException {
  private static final long serialVersionUID = 1L;

  private final transient Map<InetSocketAddress, Throwable> errors;
  private final transient @Nullable Node node;

  /**
   * An error with its message and cause.
   *
   * @param message what failed, and the remedy
   * @param cause the underlying error, or null
   */
  public OperationTimedOutException(String message, @Nullable Throwable cause) {
    super(message, cause);
    this.errors = Map.of();
    this.node = null;
  }

  /**
   * The end of a request's time.
   *
   * @param message what failed, and the remedy
   * @param errors what had come of other nodes before
   * @param node the node whose answer was waited for
   */
  OperationTimedOutException(String message, Map<InetSocketAddress, Throwable> errors, Node node) {
    super(message);
    this.errors = Collections.unmodifiableMap(new LinkedHashMap<>(errors));
    this.node = node;
    this.errors.values().forEach(this::addSuppressed);
  }

  /**
   * What had come of the nodes that were asked before, or as well.
   *
   * @return the last error of each node; empty if there was none
   */
  public Map<InetSocketAddress, Throwable> errors() {
    return errors;
  }

  /**
   * The node whose answer was waited for.
   *
   * @return the node, or null if it was not a request to one
   */
  public @Nullable Node node() {
    return node;
  }
}
