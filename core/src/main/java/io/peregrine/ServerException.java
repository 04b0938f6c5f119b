package io.peregrine;

import io.peregrine.codec.DriverException;
import io.peregrine.codec.ErrorCode;

/**
 * An error that the server reports (v5 specification, section 8). Immutable.
 *
 * <p>Each error code has a class of its own; this one stands for codes that the driver does not
 * know.
 */
public class ServerException extends DriverException {
  private static final long serialVersionUID = 1L;

  /** The error code. */
  private final int code;

  /** What the server said. */
  private final String serverMessage;

  ServerException(int code, String serverMessage) {
    this(code, serverMessage, "");
  }

  ServerException(int code, String serverMessage, String fields) {
    super(
        "Error from server: code=%04x [%s] message=\"%s\"%s"
            .formatted(code, ErrorCode.name(code), serverMessage, fields));
    this.code = code;
    this.serverMessage = serverMessage;
  }

  ServerException(int code, String serverMessage, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
    this.serverMessage = serverMessage;
  }

  /**
   * The number of the error.
   *
   * @return one of {@link ErrorCode}, or a number that the driver does not know
   */
  public int code() {
    return code;
  }

  /**
   * The server's own words.
   *
   * @return the text
   */
  public String serverMessage() {
    return serverMessage;
  }
}
