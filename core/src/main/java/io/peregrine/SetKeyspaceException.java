package io.peregrine;

import io.peregrine.codec.DriverException;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A session uses another keyspace now, but not all of its connections could be made to. Those that
 * could not are closed, and others take their place as soon as they can. Immutable.
 */
public final class SetKeyspaceException extends DriverException {
  private static final long serialVersionUID = 1L;

  /** What the connections to each node said. */
  private final transient Map<InetSocketAddress, Throwable> errors;

  /**
   * An error with what the nodes said.
   *
   * @param keyspace the keyspace
   * @param errors the nodes whose connections could not be made to use it, each with its error
   */
  public SetKeyspaceException(String keyspace, Map<InetSocketAddress, Throwable> errors) {
    super("Failed to set keyspace '" + keyspace + "' on all hosts: " + describe(errors));
    this.errors = Collections.unmodifiableMap(new LinkedHashMap<>(errors));
    errors.values().forEach(this::addSuppressed);
  }

  /**
   * Whose connections could not be made to use the keyspace.
   *
   * @return the error of each such node
   */
  public Map<InetSocketAddress, Throwable> errors() {
    return errors;
  }

  private static String describe(Map<InetSocketAddress, Throwable> errors) {
    StringBuilder text = new StringBuilder();
    errors.forEach(
        (node, error) ->
            text.append(text.isEmpty() ? "" : "; ")
                .append(node)
                .append(": ")
                .append(error.getMessage()));
    return text.toString();
  }
}
