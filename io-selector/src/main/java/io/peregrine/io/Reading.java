package io.peregrine.io;

import java.io.IOException;

/**
 * Reads what has come on a connection, a buffer at a time, so that the others have their turn.
 * Confined to the agent's thread.
 */
final class Reading {
  private final Connection connection;
  private final SelectorAgent agent;
  private final Channel channel;
  private final Exchange exchange;
  private final Heartbeat heartbeat;
  private final DirectRequests direct;
  private final Ending ending;
  private boolean comesAgain;

  Reading(
      Connection connection,
      Exchange exchange,
      Heartbeat heartbeat,
      DirectRequests direct,
      Ending ending) {
    this.connection = connection;
    this.agent = connection.agent();
    this.channel = connection.channel();
    this.exchange = exchange;
    this.heartbeat = heartbeat;
    this.direct = direct;
    this.ending = ending;
  }

  void onReadable() throws IOException {
    exchange.recorder().onRead(channel.isMidEnvelope());
    int read = channel.read();
    if (read > 0) {
      heartbeat.onRead(agent.now());
      channel.decode(exchange);
      exchange.recorder().onReadDone();
      direct.sendWaiting();
      ending.checkDrained();
    }
    ending.failIfDoomed();
    if (read < 0) {
      ending.onEndOfStream();
    }
    readRest();
  }

  /** Comes again in the next cycle if there is more, which the selector does not know of. */
  void readRest() {
    if (!comesAgain && connection.state() != ConnectionState.CLOSED && channel.hasUnread()) {
      comesAgain = true;
      agent.readSoon(connection);
    }
  }

  /** It is the connection's turn again. */
  void begin() {
    comesAgain = false;
  }
}
