package io.peregrine.io;

import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.OptionsEncoder;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server that has been silent for a while whether it is still there: OPTIONS, which it must
 * answer in time. Confined to the agent's thread.
 *
 * <p>Whatever arrives is a sign of life, so that an answer which waits behind a large one is not
 * missed. There is no timer: the agent looks when {@link #due} has come.
 */
final class Heartbeat implements RequestEncoder, ResponseHandler {
  private final Connection connection;
  private final long intervalNanos;
  private final long timeoutNanos;
  private long lastRead;
  private long askedAt;
  private boolean asking;
  private boolean sent;
  private long due = Offer.NO_DEADLINE;

  Heartbeat(Connection connection, SelectorContext context) {
    this.connection = connection;
    this.intervalNanos = Nanos.of(context.heartbeats().interval());
    this.timeoutNanos = Nanos.of(context.heartbeats().timeout());
  }

  /** The connection is ready: the silence counts from now on. */
  void begin(long now) {
    lastRead = now;
    if (intervalNanos > 0) {
      due = RequestProxy.deadline(now, intervalNanos);
    }
  }

  void onRead(long now) {
    lastRead = now;
  }

  /** When to look again. */
  long due() {
    return due;
  }

  /** Asks, if it is time to; ends the connection, if the server has been silent for too long. */
  void look(long now) {
    if (now < due) {
      return;
    }
    if (asking && !sent && lastRead - askedAt > 0) {
      asking = false;
    }
    long from = asking && askedAt - lastRead > 0 ? askedAt : lastRead;
    due = RequestProxy.deadline(from, asking ? timeoutNanos : intervalNanos);
    if (now < due) {
      return;
    }
    if (asking) {
      connection.agent().counters().add(SelectorCounter.MISSED_HEARTBEATS, 1);
      connection.ending().failSoon(connection.errors().silent(now - lastRead, timeoutNanos));
      return;
    }
    asking = true;
    askedAt = now;
    // If not even a heartbeat can be sent, those requests must be answered that keep it from it.
    sent = connection.sendHeartbeat(this);
    if (sent) {
      connection.agent().counters().add(SelectorCounter.HEARTBEATS, 1);
    }
    due = RequestProxy.deadline(now, timeoutNanos);
  }

  @Override
  public int encodedLength(ProtocolVersion version) {
    return OptionsEncoder.encodedLength();
  }

  @Override
  public int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset) {
    return OptionsEncoder.encode(version, buffer, offset);
  }

  @Override
  public boolean isRepeatable() {
    return false;
  }

  @Override
  public void onResponse(
      Response response, long correlationId, @Nullable Object attachment, @Nullable Object pinned) {
    asking = false;
    due = RequestProxy.deadline(lastRead, intervalNanos);
    connection.agent().expectDeadline(due);
    if (response.opcode() != Opcode.SUPPORTED) {
      connection
          .ending()
          .failSoon(
              connection
                  .errors()
                  .lost(": it answered a heartbeat with " + Opcode.name(response.opcode()), null));
    }
  }

  @Override
  public void onFailure(
      RequestFailure failure,
      long correlationId,
      @Nullable Object attachment,
      @Nullable Object pinned) {
    // The connection is over, and says itself why.
  }
}
