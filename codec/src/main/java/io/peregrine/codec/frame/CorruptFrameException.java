package io.peregrine.codec.frame;

import io.peregrine.codec.DriverException;
import java.util.Locale;

/**
 * A frame whose checksum does not match its bytes. Instances are immutable.
 *
 * <p>The connection that it came from has to be closed: where the next frame begins is unknown.
 */
public final class CorruptFrameException extends DriverException {
  private static final long serialVersionUID = 1L;

  /** The two parts of a frame that have a checksum each. */
  public enum Part {
    /** The header, with its CRC24. */
    HEADER("CRC24"),
    /** The payload, with its CRC32. */
    PAYLOAD("CRC32");

    private final String checksum;

    Part(String checksum) {
      this.checksum = checksum;
    }
  }

  /** What is damaged. */
  private final Part part;

  /** The checksum that came with the frame. */
  private final int sent;

  /** The checksum of the bytes that came. */
  private final int computed;

  CorruptFrameException(Part part, int sent, int computed) {
    super(
        String.format(
            "Corrupt frame: its %s came with %s 0x%X, but the bytes give 0x%X; bytes changed on the"
                + " way or the stream is out of step, so the connection cannot be used any more",
            part.name().toLowerCase(Locale.ROOT), part.checksum, sent, computed));
    this.part = part;
    this.sent = sent;
    this.computed = computed;
  }

  /**
   * What is damaged.
   *
   * @return the part whose checksum does not match
   */
  public Part part() {
    return part;
  }

  /**
   * The checksum that came with the frame.
   *
   * @return 24 or 32 bits
   */
  public int sent() {
    return sent;
  }

  /**
   * The checksum of the bytes that came.
   *
   * @return 24 or 32 bits
   */
  public int computed() {
    return computed;
  }
}
