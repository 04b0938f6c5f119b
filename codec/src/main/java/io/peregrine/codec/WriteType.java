package io.peregrine.codec;

import org.agrona.DirectBuffer;

/**
 * What kind of write a server was at when it failed (v5 specification, section 8, write timeout).
 * Immutable; any thread may use it.
 */
public enum WriteType {
  /** One partition, not a batch, not a counter. */
  SIMPLE,
  /** A logged batch; the batch log was written, so the batch will be applied. */
  BATCH,
  /** An unlogged batch. */
  UNLOGGED_BATCH,
  /** A counter. */
  COUNTER,
  /** The batch log itself; the batch may be lost. */
  BATCH_LOG,
  /** A conditional write. */
  CAS,
  /** A materialised view. */
  VIEW,
  /** The change data capture log. */
  CDC,
  /** A word that this driver does not know. */
  UNKNOWN;

  private static final WriteType[] ALL = values();

  /**
   * The type that a server's word stands for.
   *
   * @param name the word
   * @return the type, {@link #UNKNOWN} if there is none
   */
  public static WriteType ofName(String name) {
    for (WriteType type : ALL) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    return UNKNOWN;
  }

  /**
   * The type that a server's word stands for, read where it is. Allocates nothing.
   *
   * @param buffer where the word is
   * @param offset where it begins
   * @param length how many bytes it has
   * @return the type, {@link #UNKNOWN} if there is none
   */
  public static WriteType ofName(DirectBuffer buffer, int offset, int length) {
    for (WriteType type : ALL) {
      if (isAt(type.name(), buffer, offset, length)) {
        return type;
      }
    }
    return UNKNOWN;
  }

  private static boolean isAt(String name, DirectBuffer buffer, int offset, int length) {
    if (name.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (buffer.getByte(offset + i) != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
