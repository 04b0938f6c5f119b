package io.peregrine.metadata;

/** Types as functions and aggregates have them. Stateless; any thread may use it. */
final class SignatureText {
  private static final String FROZEN = "frozen<";

  private SignatureText() {}

  /**
   * The type without its outermost freezing: whatever goes through a function is frozen, and some
   * servers say so in their tables, but all refuse to be told.
   */
  static String unfrozen(String type) {
    return type.startsWith(FROZEN) && type.endsWith(">")
        ? type.substring(FROZEN.length(), type.length() - 1)
        : type;
  }
}
