package io.peregrine;

import io.peregrine.codec.ErrorCode;
import java.util.List;

/** A user-defined function threw an error (0x1400). Immutable. */
public final class FunctionFailureException extends ServerException {
  private static final long serialVersionUID = 1L;

  /** The keyspace of the function. */
  private final String keyspace;

  /** Its name. */
  private final String function;

  /** The types of its arguments. */
  private final transient List<String> argumentTypes;

  FunctionFailureException(
      String serverMessage, String keyspace, String function, List<String> argumentTypes) {
    super(
        ErrorCode.FUNCTION_FAILURE,
        serverMessage,
        " info={keyspace="
            + keyspace
            + ", function="
            + function
            + ", argumentTypes="
            + argumentTypes
            + "}");
    this.keyspace = keyspace;
    this.function = function;
    this.argumentTypes = List.copyOf(argumentTypes);
  }

  /**
   * The keyspace of the function.
   *
   * @return the keyspace of the function
   */
  public String keyspace() {
    return keyspace;
  }

  /**
   * Its name.
   *
   * @return its name
   */
  public String function() {
    return function;
  }

  /**
   * The types of its arguments.
   *
   * @return the types of its arguments
   */
  public List<String> argumentTypes() {
    return argumentTypes;
  }
}
