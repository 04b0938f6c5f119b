package io.peregrine.testkit.server;

import com.datastax.oss.protocol.internal.Message;
import com.datastax.oss.protocol.internal.ProtocolConstants.ErrorCode;
import com.datastax.oss.protocol.internal.ProtocolConstants.Opcode;
import com.datastax.oss.protocol.internal.request.Query;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.Ready;
import com.datastax.oss.protocol.internal.response.Supported;
import com.datastax.oss.protocol.internal.response.result.Prepared;
import com.datastax.oss.protocol.internal.response.result.SetKeyspace;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The envelopes that a {@link CannedServer} sends in one protocol version, encoded beforehand with
 * stream id 0. Immutable.
 */
final class CannedAnswers {
  private static final byte[] FROM_SYSTEM = "from system".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] USE = "use ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LOCAL = ".local".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PEERS_V2 = ".peers_v2".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PEERS = ".peers".getBytes(StandardCharsets.US_ASCII);
  private static final int TEXT_OFFSET = Wire.ENVELOPE_HEADER_LENGTH + Integer.BYTES;
  private static final int UPPER_TO_LOWER = 0x20;

  private final int version;
  private final byte[] ready;
  private final byte[] supported;
  private final byte[] prepared;
  private final byte[] result;
  private final byte[] local;
  private final byte[] peers;
  private final byte[] peersV2;
  private final byte[] noRows;
  private final byte[] refusal;

  CannedAnswers(int version, InetSocketAddress address, Prepared prepared, Message result) {
    NodeInfo self = NodeInfo.at(address);
    SystemTables tables = new SystemTables(() -> self, List::of, "Canned Cluster", "5.0.9", true);
    this.version = version;
    this.ready = encode(new Ready());
    this.supported =
        encode(
            new Supported(
                Map.of(
                    "CQL_VERSION", List.of("3.4.7"),
                    "COMPRESSION", List.of(),
                    "PROTOCOL_VERSIONS", List.of("4/v4", "5/v5"))));
    this.prepared = encode(prepared);
    this.result = encode(result);
    this.local = rows(tables, "system.local");
    this.peers = rows(tables, "system.peers");
    this.peersV2 = rows(tables, "system.peers_v2");
    this.noRows = rows(tables, "system_schema.none");
    this.refusal =
        encode(
            new Error(
                ErrorCode.PROTOCOL_ERROR,
                "Invalid or unsupported protocol version or opcode;"
                    + " supported versions are (4/v4, 5/v5)"));
  }

  private byte[] rows(SystemTables tables, String table) {
    Message rows = tables.answer(new Query("SELECT * FROM " + table));
    if (rows == null) {
      throw new IllegalStateException("no rows for " + table);
    }
    return encode(rows);
  }

  private byte[] encode(Message message) {
    return Wire.encodeResponse(version, 0, message);
  }

  byte[] refusal() {
    return refusal;
  }

  /** The length of the longest answer, but for those to {@code USE}. */
  int longest() {
    int longest = Math.max(result.length, Math.max(local.length, prepared.length));
    return Math.max(longest, Math.max(supported.length, peersV2.length));
  }

  /**
   * The answer to an envelope.
   *
   * @param buffer where the envelope is, whole
   * @param offset where it begins
   * @param length of header and body
   */
  byte[] answerTo(ByteBuffer buffer, int offset, int length) {
    return switch (buffer.get(offset + Wire.OPCODE_OFFSET)) {
      case Opcode.EXECUTE, Opcode.BATCH -> result;
      case Opcode.QUERY -> answerToQuery(buffer, offset + TEXT_OFFSET, offset + length);
      case Opcode.PREPARE -> prepared;
      case Opcode.STARTUP, Opcode.REGISTER -> ready;
      case Opcode.OPTIONS -> supported;
      default -> refusal;
    };
  }

  private byte[] answerToQuery(ByteBuffer buffer, int start, int end) {
    if (isAt(USE, buffer, start, end)) {
      return setKeyspace(buffer, start, end);
    }
    int from = indexOf(FROM_SYSTEM, buffer, start, end);
    if (from < 0) {
      return result;
    }
    int table = from + FROM_SYSTEM.length;
    if (isAt(LOCAL, buffer, table, end)) {
      return local;
    }
    if (isAt(PEERS_V2, buffer, table, end)) {
      return peersV2;
    }
    return isAt(PEERS, buffer, table, end) ? peers : noRows;
  }

  private byte[] setKeyspace(ByteBuffer buffer, int start, int end) {
    int length = Math.min(buffer.getInt(start - Integer.BYTES), end - start);
    byte[] text = new byte[Math.max(0, length - USE.length)];
    buffer.get(start + USE.length, text);
    String name = new String(text, StandardCharsets.UTF_8).replace("\"", "").replace(";", "");
    return encode(new SetKeyspace(name.strip()));
  }

  private static int indexOf(byte[] lowerCase, ByteBuffer buffer, int start, int end) {
    for (int at = start; at <= end - lowerCase.length; at++) {
      if (isAt(lowerCase, buffer, at, end)) {
        return at;
      }
    }
    return -1;
  }

  private static boolean isAt(byte[] lowerCase, ByteBuffer buffer, int at, int end) {
    if (end - at < lowerCase.length) {
      return false;
    }
    for (int i = 0; i < lowerCase.length; i++) {
      int value = buffer.get(at + i);
      int lower = value >= 'A' && value <= 'Z' ? value + UPPER_TO_LOWER : value;
      if (lower != lowerCase[i]) {
        return false;
      }
    }
    return true;
  }
}
