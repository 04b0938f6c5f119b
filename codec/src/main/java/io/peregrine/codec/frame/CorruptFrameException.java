package io.peregrine.codec.frame;

import io.peregrine.codec.DriverException;
import java.util.Locale;

/**
 * A frame whose bytes are not what its checksums, or its lengths, say. Instances are immutable.
 *
 * <p>The connection that it came from has to be closed: where the next frame begins is unknown.
 */
public final class CorruptFrameException extends DriverException {
  private static final long serialVersionUID = 1L;

  /** The parts of a frame that can be told to be damaged. */
  public enum Part {
    /** The header, with its CRC24. */
    HEADER("CRC24"),
    /** The payload, with its CRC32. */
    PAYLOAD("CRC32"),
    /** The LZ4 block that is the payload of a compressed frame, with its uncompressed length. */
    BLOCK("uncompressed length");

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

  private CorruptFrameException(int claimedLength, int actualLength, String problem) {
    super(
        "Corrupt frame: its header claims an LZ4 block of "
            + claimedLength
            + " bytes, but "
            + problem
            + "; the checksums match, so the sender made it so, and the connection cannot be used"
            + " any more");
    this.part = Part.BLOCK;
    this.sent = claimedLength;
    this.computed = actualLength;
  }

  static CorruptFrameException ofBlock(int claimedLength, int actualLength) {
    String problem =
        actualLength < 0 ? "it cannot be decompressed to that" : actualLength + " came out";
    return new CorruptFrameException(claimedLength, actualLength, problem);
  }

  /**
   * What is damaged.
   *
   * @return the part whose checksum or length does not match
   */
  public Part part() {
    return part;
  }

  /**
   * The checksum that came with the frame.
   *
   * @return 24 or 32 bits; for a block, the uncompressed length that came with it
   */
  public int sent() {
    return sent;
  }

  /**
   * The checksum of the bytes that came.
   *
   * @return 24 or 32 bits; for a block, how many bytes came out, or -1 if it is not decompressible
   */
  public int computed() {
    return computed;
  }
}
