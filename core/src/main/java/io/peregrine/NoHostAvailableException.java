package io.peregrine;

import io.peregrine.codec.DriverException;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * No node could be connected to, or took a request, or several were asked and none gave an answer.
 * Immutable.
 */
public final class NoHostAvailableException extends DriverException {
  private static final long serialVersionUID = 1L;

  /** What was tried, and what came of it. */
  private final transient Map<InetSocketAddress, Throwable> errors;

  /**
   * An error with what came of each node.
   *
   * @param message what could not be done
   * @param errors the nodes tried, in order, each with its error
   */
  public NoHostAvailableException(String message, Map<InetSocketAddress, Throwable> errors) {
    super(message + describe(errors));
    Map<InetSocketAddress, Throwable> faces = new LinkedHashMap<>(errors);
    faces.replaceAll((node, error) -> AuthenticationFailedException.faceOf(error));
    this.errors = Collections.unmodifiableMap(faces);
    faces.values().forEach(this::addSuppressed);
  }

  /**
   * What was tried, and what came of it.
   *
   * @return the error of each node
   */
  public Map<InetSocketAddress, Throwable> errors() {
    return errors;
  }

  private static String describe(Map<InetSocketAddress, Throwable> errors) {
    if (errors.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder(": ");
    errors.forEach(
        (address, error) ->
            text.append(address).append(": ").append(error.getMessage()).append("; "));
    text.setLength(text.length() - 2);
    return text.toString();
  }
}
