package io.peregrine;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.agrona.DirectBuffer;

/**
 * A digest of a query's text, of its values and of a paging state. Confined to the thread that
 * makes it.
 */
final class RequestDigest {
  static final int LENGTH = 16;

  private final MessageDigest digest;

  RequestDigest(byte[] queryUtf8) {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
    part(queryUtf8);
  }

  RequestDigest values(DirectBuffer buffer, int offset, int length) {
    byte[] values = new byte[length];
    buffer.getBytes(offset, values);
    part(values);
    return this;
  }

  byte[] of(byte[] pagingState) {
    return Arrays.copyOf(digest.digest(pagingState), LENGTH);
  }

  /** With its length, so that no byte of it can pass for one of the next. */
  private void part(byte[] bytes) {
    digest.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
    digest.update(bytes);
  }
}
