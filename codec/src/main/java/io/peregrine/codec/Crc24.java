package io.peregrine.codec;

/**
 * The 24-bit checksum of a frame's header (v5 specification, section 2.2). Stateless; any thread
 * may use it.
 */
public final class Crc24 {
  private static final int INITIAL = 0x875060;
  private static final int POLYNOMIAL = 0x1974F0B;
  private static final int MASK = 0xFFFFFF;
  private static final int[] TABLE = table();

  private Crc24() {}

  /**
   * The checksum of up to eight bytes.
   *
   * @param headerBytesLittleEndian the bytes, the first one lowest
   * @param byteCount how many of them count, 0 to 8
   * @return 0 to 0xFFFFFF
   */
  public static int compute(long headerBytesLittleEndian, int byteCount) {
    int crc = INITIAL;
    long bytes = headerBytesLittleEndian;
    for (int i = 0; i < byteCount; i++) {
      crc = (crc << 8) ^ TABLE[((crc >>> 16) ^ (int) bytes) & 0xFF];
      bytes >>>= 8;
    }
    return crc & MASK;
  }

  private static int[] table() {
    int[] table = new int[256];
    for (int i = 0; i < table.length; i++) {
      int register = i << 16;
      for (int bit = 0; bit < 8; bit++) {
        register <<= 1;
        if ((register & (MASK + 1)) != 0) {
          register ^= POLYNOMIAL;
        }
      }
      table[i] = register & MASK;
    }
    return table;
  }
}
