package io.peregrine.io;

import io.peregrine.codec.DriverException;
import java.io.IOException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * How a connection ends: at once, once the bytes at hand are dealt with, when its time is over, or
 * with the last request on it. Confined to the agent's thread.
 */
final class Ending {
  private final Connection connection;
  private final SelectorAgent agent;
  private final ConnectionListener listener;
  private final Opening opening;
  private final Channel channel;
  private final Exchange exchange;
  private final Heartbeat heartbeat;
  private final DirectRequests direct;
  private @Nullable Drain drain;
  private @Nullable DriverException doom;

  Ending(
      Connection connection,
      ConnectionListener listener,
      Opening opening,
      Exchange exchange,
      Heartbeat heartbeat,
      DirectRequests direct) {
    this.connection = connection;
    this.agent = connection.agent();
    this.listener = listener;
    this.opening = opening;
    this.channel = connection.channel();
    this.exchange = exchange;
    this.heartbeat = heartbeat;
    this.direct = direct;
  }

  /** No new requests; those in flight may end, then the connection closes for this reason. */
  void drain(DriverException cause) {
    if (connection.state() != ConnectionState.READY) {
      return;
    }
    drain = new Drain(cause, agent.now());
    connection.enter(ConnectionState.DRAINING);
    agent.expectDeadline(agent.now());
    agent.counters().add(SelectorCounter.CONNECTIONS_DRAINED, 1);
    try {
      listener.onDraining(connection, cause);
    } catch (Throwable t) {
      agent.onFault(t);
    }
  }

  /** Ends a connection that drains, if nothing is left of the requests that it has admitted. */
  void checkDrained() {
    Drain drain = this.drain;
    if (drain == null || connection.state() != ConnectionState.DRAINING) {
      return;
    }
    if (drain.isDone(exchange, connection.inFlight(), agent.now())) {
      failSoon(drain.cause());
    }
    agent.expectDeadline(drain.checkAt());
  }

  /** Fails what has waited too long. */
  void expire(long now) {
    if (opening.deadline() <= now) {
      boolean securing = connection.state() == ConnectionState.SECURING;
      connection.fail(connection.errors().timedOut(securing));
      return;
    }
    if (exchange.earliestDeadline() <= now) {
      exchange.unanswered().expire(now);
    }
    checkDrained();
    heartbeat.look(now);
    failIfDoomed();
  }

  long earliestDeadline() {
    Drain drain = this.drain;
    return Math.min(
        Math.min(opening.deadline(), drain == null ? Offer.NO_DEADLINE : drain.checkAt()),
        Math.min(exchange.earliestDeadline(), heartbeat.due()));
  }

  /** Fails once the bytes at hand are dealt with: buffers stay until then. */
  void failSoon(DriverException cause) {
    if (doom == null) {
      doom = cause;
    }
  }

  void failIfDoomed() {
    DriverException doom = this.doom;
    if (doom != null) {
      connection.fail(doom);
    }
  }

  boolean isDoomed() {
    return doom != null || connection.state() == ConnectionState.CLOSED;
  }

  /** The server will send no more. */
  void onEndOfStream() {
    ConnectionErrors errors = connection.errors();
    ConnectionLostException lost = errors.lost(": the server closed it", null);
    connection.fail(connection.isHandshaking() ? errors.endedEarly(lost, channel.isPlain()) : lost);
  }

  /** What it means that the socket, or what is around it, has failed. */
  DriverException causeOf(IOException failure) {
    ConnectionErrors errors = connection.errors();
    return switch (connection.state()) {
      case CONNECTING -> errors.unreachable(failure);
      case SECURING -> errors.notSecured(failure);
      case HANDSHAKING ->
          failure instanceof SSLException
              ? errors.notSecured(failure)
              : errors.endedEarly(errors.lost("", failure), channel.isPlain());
      default -> errors.lost("", failure);
    };
  }

  void fail(DriverException cause) {
    boolean wasReady = connection.state().isSending();
    DriverException why = wasReady ? cause : connection.errors().beforeReady(cause);
    connection.enter(ConnectionState.CLOSED);
    if (wasReady) {
      agent.counters().add(SelectorCounter.CONNECTIONS_CLOSED, 1);
    }
    agent.remove(connection);
    channel.close();
    exchange.recorder().close(why);
    exchange.unanswered().failAll(why);
    direct.refuseAll();
    channel.free();
    try {
      listener.onClosed(connection, why);
    } catch (Throwable t) {
      agent.onFault(t);
    }
  }
}
