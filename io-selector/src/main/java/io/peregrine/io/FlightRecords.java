package io.peregrine.io;

import static io.peregrine.io.FlightRecordDescriptor.NEVER;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.peregrine.codec.Opcode;
import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import java.util.Locale;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A copy of a connection's last envelopes: headers and times, never bodies. Immutable.
 *
 * <p>Requests are recorded when they go into the send buffer, what the server sends as it is
 * decoded, so the order is that of the agent's work.
 */
public final class FlightRecords {
  private static final double NANOS_PER_MICRO = 1_000.0;
  private static final String ROW = "%12s  %-10s %2s  %5s %6s  %-13s %9s %10s %10s %10s %10s%n";

  private final String connection;
  private final UnsafeBuffer records;
  private final int envelopes;
  private final long oldest;
  private final long end;
  private final long now;

  FlightRecords(Connection connection, byte[] records, long oldest, long end, long now) {
    this.connection = "connection " + connection.id() + " to " + connection.remoteAddress();
    this.records = new UnsafeBuffer(records);
    this.envelopes = records.length / FlightRecordDescriptor.memoryLength(1);
    this.oldest = oldest;
    this.end = end;
    this.now = now;
  }

  /**
   * How many envelopes there are.
   *
   * @return at least 0
   */
  public int size() {
    return (int) (end - oldest);
  }

  /**
   * How many envelopes the connection has carried in all.
   *
   * @return at least {@link #size}
   */
  public long carried() {
    return end;
  }

  /**
   * Whether an envelope is a request.
   *
   * @param index 0 for the oldest, up to size - 1 for the newest
   * @return false if it came from the server
   */
  public boolean isRequest(int index) {
    return kind(at(index)) == FlightRecordDescriptor.REQUEST;
  }

  /**
   * The stream id of an envelope.
   *
   * @param index 0 for the oldest, up to size - 1 for the newest
   * @return the id
   */
  public int streamId(int index) {
    return EnvelopeHeaderFlyweight.streamId(records, at(index));
  }

  /**
   * The opcode of an envelope.
   *
   * @param index 0 for the oldest, up to size - 1 for the newest
   * @return one of {@link Opcode}
   */
  public int opcode(int index) {
    return EnvelopeHeaderFlyweight.opcode(records, at(index));
  }

  /**
   * The newest envelopes as a table, the newest last: their age, then header fields, then how long
   * each waited in the ring, for the server, for its last byte, and until the handlers of all that
   * came with it had returned. Envelopes that were sent in one duty cycle, or read together, have
   * equal times; a dash stands for what has not happened.
   *
   * @param most how many at most, at least 1
   * @return the lines, each with its end
   */
  public String table(int most) {
    int from = Math.max(0, size() - most);
    StringBuilder text = new StringBuilder(128 * (size() - from + 2));
    text.append(connection);
    text.append(": the last ").append(size() - from).append(" of ").append(end);
    text.append(" envelopes, times in us\n");
    text.append(
        String.format(
            Locale.ROOT,
            ROW,
            "age",
            "what",
            "v",
            "flags",
            "stream",
            "opcode",
            "body",
            "queued",
            "server",
            "arriving",
            "handled"));
    for (int i = from; i < size(); i++) {
      text.append(row(at(i)));
    }
    return text.toString();
  }

  /** All of them as a table. */
  @Override
  public String toString() {
    return table(Integer.MAX_VALUE);
  }

  private String row(int at) {
    byte kind = kind(at);
    boolean request = kind == FlightRecordDescriptor.REQUEST;
    boolean asked = request || kind == FlightRecordDescriptor.ANSWER;
    long queuedAt = asked ? time(at, FlightRecordDescriptor.QUEUED_AT) : NEVER;
    long writtenAt = asked ? time(at, FlightRecordDescriptor.WRITTEN_AT) : NEVER;
    int read =
        request
            ? 0
            : FlightRecordDescriptor.readAt(
                records.getInt(at + FlightRecordDescriptor.READ, LITTLE_ENDIAN), envelopes);
    boolean split = records.getByte(at + FlightRecordDescriptor.SPLIT) != 0;
    long readAt = request ? NEVER : time(read, FlightRecordDescriptor.READ_AT);
    long firstByteAt =
        request || !split ? readAt : time(read, FlightRecordDescriptor.FIRST_BYTE_AT);
    long handledAt = request ? NEVER : time(read, FlightRecordDescriptor.HANDLED_AT);
    boolean readable = kind != FlightRecordDescriptor.UNREADABLE;
    long decodedAt = readable ? readAt : NEVER;
    return String.format(
        Locale.ROOT,
        ROW,
        micros(request ? writtenAt : readAt, now),
        name(kind),
        readable ? EnvelopeHeaderFlyweight.version(records, at) : "-",
        readable ? "0x%02x".formatted(EnvelopeHeaderFlyweight.flags(records, at)) : "-",
        readable ? EnvelopeHeaderFlyweight.streamId(records, at) : "-",
        readable ? Opcode.name(EnvelopeHeaderFlyweight.opcode(records, at)) : "-",
        readable ? EnvelopeHeaderFlyweight.bodyLength(records, at) : "-",
        micros(queuedAt, writtenAt),
        micros(writtenAt, firstByteAt),
        micros(firstByteAt, decodedAt),
        micros(decodedAt, handledAt));
  }

  private static String name(byte kind) {
    return switch (kind) {
      case FlightRecordDescriptor.REQUEST -> "request";
      case FlightRecordDescriptor.ANSWER -> "answer";
      case FlightRecordDescriptor.UNREADABLE -> "unreadable";
      default -> "unasked";
    };
  }

  private static String micros(long from, long to) {
    return from == NEVER || to == NEVER
        ? "-"
        : String.format(Locale.ROOT, "%.1f", (to - from) / NANOS_PER_MICRO);
  }

  private int at(int index) {
    if (index < 0 || index >= size()) {
      throw new IndexOutOfBoundsException(
          "envelope " + index + " of " + size() + " that are recorded");
    }
    return FlightRecordDescriptor.envelopeAt(oldest + index, envelopes);
  }

  private byte kind(int at) {
    return records.getByte(at + FlightRecordDescriptor.KIND);
  }

  private long time(int at, int field) {
    return records.getLong(at + field);
  }
}
