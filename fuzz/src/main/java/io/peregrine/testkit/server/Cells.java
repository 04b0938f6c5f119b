package io.peregrine.testkit.server;

import com.datastax.oss.protocol.internal.response.result.RawType;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.UUID;

/**
 * Values as the bytes of a cell (v5 specification, section 6), the few that tests need often.
 * Stateless: any thread may use it.
 */
public final class Cells {
  private Cells() {}

  /**
   * An {@code int}.
   *
   * @param value the value
   * @return 4 bytes
   */
  public static ByteBuffer int32(int value) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(0, value);
  }

  /**
   * A {@code bigint}.
   *
   * @param value the value
   * @return 8 bytes
   */
  public static ByteBuffer bigint(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(0, value);
  }

  /**
   * A {@code boolean}.
   *
   * @param value the value
   * @return 1 byte
   */
  public static ByteBuffer bool(boolean value) {
    return ByteBuffer.allocate(1).put(0, (byte) (value ? 1 : 0));
  }

  /**
   * A {@code text}, {@code varchar} or {@code ascii}.
   *
   * @param value the value
   * @return its UTF-8 bytes
   */
  public static ByteBuffer text(String value) {
    return ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * A {@code uuid} or {@code timeuuid}.
   *
   * @param value the value
   * @return 16 bytes
   */
  public static ByteBuffer uuid(UUID value) {
    return ByteBuffer.allocate(2 * Long.BYTES)
        .putLong(0, value.getMostSignificantBits())
        .putLong(Long.BYTES, value.getLeastSignificantBits());
  }

  /**
   * An {@code inet}.
   *
   * @param value the value
   * @return 4 or 16 bytes
   */
  public static ByteBuffer inet(InetAddress value) {
    return ByteBuffer.wrap(value.getAddress());
  }

  /**
   * A {@code set<text>} or {@code list<text>}.
   *
   * @param values its elements
   * @return count, then each with its length
   */
  public static ByteBuffer texts(Collection<String> values) {
    int length = Integer.BYTES;
    for (String value : values) {
      length += Integer.BYTES + value.getBytes(StandardCharsets.UTF_8).length;
    }
    ByteBuffer cell = ByteBuffer.allocate(length).putInt(values.size());
    for (String value : values) {
      byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
      cell.putInt(bytes.length).put(bytes);
    }
    return cell.flip();
  }

  /** The type of {@link #texts}: {@code set<text>}. */
  static RawType setOfText() {
    return new RawType.RawSet(
        RawType.PRIMITIVES.get(
            com.datastax.oss.protocol.internal.ProtocolConstants.DataType.VARCHAR));
  }
}
