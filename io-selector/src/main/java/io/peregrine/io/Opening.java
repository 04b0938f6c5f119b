package io.peregrine.io;

import io.peregrine.codec.compress.Compression;
import java.io.IOException;

/**
 * What comes before a connection is ready: the socket, what the transport has to agree on, and the
 * first words. Confined to the agent's thread.
 */
final class Opening {
  private final Connection connection;
  private final SelectorAgent agent;
  private final ConnectRequest request;
  private final Channel channel;
  private final Exchange exchange;
  private final Heartbeat heartbeat;
  private final ConnectionListener listener;
  private final Handshake handshake;
  private long deadline = Offer.NO_DEADLINE;

  Opening(
      Connection connection,
      ConnectRequest request,
      Exchange exchange,
      Heartbeat heartbeat,
      ConnectionListener listener) {
    this.connection = connection;
    this.agent = connection.agent();
    this.request = request;
    this.channel = connection.channel();
    this.exchange = exchange;
    this.heartbeat = heartbeat;
    this.listener = listener;
    this.handshake = new Handshake(connection, this, request);
  }

  /** Begins to connect; true if that, and what the transport needs, was all. */
  boolean begin() {
    deadline = RequestProxy.deadline(agent.now(), request.timeoutNanos());
    agent.expectDeadline(deadline);
    if (agent.isClosed()) {
      connection.fail(agent.closedException());
      return false;
    }
    try {
      return channel.connect(request.address()) && onConnected();
    } catch (IOException e) {
      connection.onBroken(e);
    } catch (RuntimeException e) {
      connection.fail(connection.errors().unreachable(e));
    } catch (Error e) {
      connection.failByFault(e);
    }
    return false;
  }

  /** The selector, or the transport, has something for it; true once the first words are said. */
  boolean goOn() throws IOException {
    return connection.state() == ConnectionState.SECURING
        ? secure()
        : channel.finishConnect() && onConnected();
  }

  private boolean onConnected() throws IOException {
    connection.enter(ConnectionState.SECURING);
    return secure();
  }

  private boolean secure() throws IOException {
    boolean secured = channel.secure();
    if (secured) {
      connection.enter(ConnectionState.HANDSHAKING);
      exchange.recorder().open();
      handshake.begin();
    }
    return secured;
  }

  void send(RequestEncoder message) {
    connection.admission().takeForHandshake();
    exchange.send(message, handshake, Offer.NO_DEADLINE);
  }

  /** STARTUP says so: its answer may be compressed already. */
  void agreeOn(Compression compression) {
    connection.agreeOn(compression);
    if (!isFramed()) {
      channel.expectCompressed(compression);
    }
  }

  /** READY or AUTHENTICATE: from here on there are frames, if the version has them. */
  void onStartupAnswered() {
    if (isFramed()) {
      channel.frameFromNowOn(connection.compression());
    }
  }

  void onDone() {
    if (!isFramed()) {
      channel.compressFromNowOn(connection.compression());
    }
    channel.expectLargeEnvelopes();
    deadline = Offer.NO_DEADLINE;
    connection.enter(ConnectionState.READY);
    heartbeat.begin(agent.now());
    agent.expectDeadline(heartbeat.due());
    agent.counters().add(SelectorCounter.CONNECTIONS_OPENED, 1);
    listener.onReady(connection);
  }

  private boolean isFramed() {
    return request.version().isFramed();
  }

  /** When it must be over. */
  long deadline() {
    return deadline;
  }
}
