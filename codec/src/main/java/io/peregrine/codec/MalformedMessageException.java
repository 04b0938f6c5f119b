package io.peregrine.codec;

/**
 * Bytes that are not what the protocol allows at their place. Instances are immutable.
 *
 * <p>Decoders throw it before they read past the bytes they were given, and before they allocate
 * anything by a length that those bytes claim.
 */
public final class MalformedMessageException extends DriverException {
  private static final long serialVersionUID = 1L;

  /**
   * Names the field that cannot be right.
   *
   * @param field the specification's name of the field
   * @param offset where the field begins, counted from the start of the envelope's body or of the
   *     value that is decoded
   * @param problem what is wrong with it, with the value and the limit
   */
  public MalformedMessageException(String field, int offset, String problem) {
    super("Malformed message: " + field + " at offset " + offset + ": " + problem);
  }
}
