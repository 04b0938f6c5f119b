package io.peregrine.io;

import io.peregrine.codec.DriverException;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.compress.Compression;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a server. The public methods may be called from any thread; the rest belongs to
 * the agent's thread.
 *
 * <p>Requests are admitted where they are offered, by one counter: what was accepted always finds a
 * free stream id.
 */
public final class Connection implements Way {
  private static final AtomicInteger NEXT_ID = new AtomicInteger(1);

  private final int id = NEXT_ID.getAndIncrement();
  private final SelectorAgent agent;
  private final ConnectRequest request;
  private final Admission admission;
  private volatile ConnectionState state = ConnectionState.CONNECTING;
  private volatile Compression compression = Compression.NONE;

  private final ConnectionErrors errors;
  private final Channel channel;
  private final Exchange exchange;
  private final Opening opening;
  private final Heartbeat heartbeat;
  private final DirectRequests direct;
  private final Ending ending;
  private final Reading reading;
  private boolean touched;

  Connection(SelectorAgent agent, ConnectRequest request, ConnectionListener listener) {
    this.agent = agent;
    this.request = request;
    this.admission = new Admission(agent.context().maxInFlight());
    this.errors = new ConnectionErrors(id, request);
    this.channel = new Channel(agent, this);
    this.exchange = new Exchange(agent, this, listener);
    this.heartbeat = new Heartbeat(this, agent.context());
    this.opening = new Opening(this, request, exchange, heartbeat, listener);
    this.direct = new DirectRequests(this, exchange);
    this.ending = new Ending(this, listener, opening, exchange, heartbeat, direct);
    this.reading = new Reading(this, exchange, heartbeat, direct, ending);
  }

  /**
   * A number that names this connection in messages.
   *
   * @return unique in this JVM
   */
  public int id() {
    return id;
  }

  /**
   * Where the connection leads.
   *
   * @return the server's address
   */
  public InetSocketAddress remoteAddress() {
    return request.address();
  }

  /**
   * The protocol version that is spoken on it.
   *
   * @return the version
   */
  public ProtocolVersion version() {
    return request.version();
  }

  /**
   * The compression that was agreed on.
   *
   * @return LZ4, SNAPPY or NONE; NONE until the server has said what it offers
   */
  public Compression compression() {
    return compression;
  }

  /**
   * Whether requests may be offered.
   *
   * @return true between the end of the handshake and the loss of the connection
   */
  public boolean isReady() {
    return state == ConnectionState.READY;
  }

  /**
   * How many requests wait in the ring for this connection or are in flight on it, those included
   * that have timed out and whose answers have not come yet.
   *
   * @return at least 0
   */
  public int inFlight() {
    return admission.taken();
  }

  @Override
  public Admission admission() {
    return admission;
  }

  /**
   * How many requests may be in flight.
   *
   * @return 1 to 32,768
   */
  public int maxInFlight() {
    return admission.limit();
  }

  /**
   * Whether so much waits to be sent that the server seems not to read.
   *
   * @return true if requests are refused as busy for that reason
   */
  public boolean isCongested() {
    return admission.isCongested();
  }

  /**
   * Closes the socket and nothing else: the agent, which must not run meanwhile, learns of it by
   * {@link ConnectionProxy#close} when it runs again.
   */
  public void closeSocket() {
    channel.close();
  }

  /**
   * How many requests have timed out whose answers have not come yet. Their stream ids are out of
   * use until then.
   *
   * @return at least 0
   */
  public int orphans() {
    return exchange.orphans().count();
  }

  /**
   * For how long the answer is missing that has been missing longest.
   *
   * @return the time since its request timed out, in ns; 0 if there are no {@link #orphans()}
   */
  public long oldestOrphanAgeNanos() {
    return exchange.orphans().ageNanos(agent.context().clock().nanoTime());
  }

  /**
   * Offers a request.
   *
   * @param request writes the envelope, during this call
   * @param handler is called exactly once if the request is accepted, and never otherwise
   * @param attachment given back to the handler
   * @param pinned given back to the handler
   * @param correlationId given back to the handler
   * @param timeoutNanos how long the answer may take from now on, in ns; {@link Offer#NO_TIMEOUT}
   *     for as long as it takes
   * @return {@link Offer#ACCEPTED}, or one of the negative constants there
   * @throws DriverException if the request cannot be encoded; nothing was sent
   */
  public long offer(
      RequestEncoder request,
      ResponseHandler handler,
      @Nullable Object attachment,
      @Nullable Object pinned,
      long correlationId,
      long timeoutNanos) {
    return agent
        .requests()
        .offer(this, request, handler, attachment, pinned, correlationId, timeoutNanos);
  }

  /**
   * What the connection carried last. Any thread may ask.
   *
   * @return a copy; null if nothing is recorded, or not yet, or the connection is closed
   */
  public @Nullable FlightRecords flightRecords() {
    return exchange.recorder().flightRecords();
  }

  /**
   * The agent that drives this connection.
   *
   * @return the agent
   */
  public SelectorAgent agent() {
    return agent;
  }

  @Override
  public String toString() {
    return "connection " + id + " to " + request.address() + " (" + state + ")";
  }

  long admit() {
    if (agent.isClosed()) {
      return Offer.CLOSED;
    }
    if (state != ConnectionState.READY) {
      return Offer.NOT_CONNECTED;
    }
    if (!admission.take()) {
      return Offer.BUSY;
    }
    if (state != ConnectionState.READY) {
      // It began to drain meanwhile, and counts what is admitted to know when it may end.
      admission.giveBack();
      return Offer.NOT_CONNECTED;
    }
    return Offer.ACCEPTED;
  }

  void open() {
    if (state == ConnectionState.CONNECTING) {
      agent.add(this);
      if (opening.begin()) {
        reading.readRest();
      }
    }
  }

  /** The selector says that something is possible. */
  void onSelected(int readyOps) {
    try {
      if (state.isBeforeTheHandshake()) {
        if (opening.goOn()) {
          reading.readRest();
        }
      } else {
        if (channel.canRead(readyOps)) {
          reading.onReadable();
        }
        if (state != ConnectionState.CLOSED && channel.canWrite(readyOps)) {
          channel.write();
          admission.congested(channel.isCongested());
          reading.readRest();
        }
      }
    } catch (IOException e) {
      onBroken(e);
    } catch (DriverException e) {
      exchange.recorder().onUnreadable();
      fail(
          state == ConnectionState.HANDSHAKING
              ? errors.notCql(e)
              : errors.lost(" by a bad answer", e));
    }
  }

  /** The transport can go on, though the selector does not know. */
  void onResumed() {
    goOn(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
  }

  /** There was more to read than one turn allows. */
  void readAgain() {
    reading.begin();
    goOn(SelectionKey.OP_READ);
  }

  private void goOn(int readyOps) {
    if (state != ConnectionState.CLOSED) {
      try {
        onSelected(readyOps);
      } catch (Throwable t) {
        failByFault(t);
      }
    }
  }

  /** STARTUP asks for it. */
  void agreeOn(Compression compression) {
    this.compression = compression;
  }

  void enter(ConnectionState state) {
    this.state = state;
  }

  ConnectionState state() {
    return state;
  }

  /** Asks for a sign of life; false if there is no stream id or no room for it. */
  boolean sendHeartbeat(Heartbeat message) {
    return admission.takeForHeartbeat() && exchange.send(message, message, Offer.NO_DEADLINE);
  }

  /**
   * Sends a small request past the ring, which may be full. If all stream ids are taken, it goes as
   * soon as one is free. Only for handlers, on the agent's thread, and for what {@link
   * ConnectionProxy#run} runs there.
   *
   * @param request writes the envelope, when it goes
   * @param handler is called exactly once, perhaps before this returns
   * @param timeoutNanos how long the answer may take once it has gone, in ns; {@link
   *     Offer#NO_TIMEOUT} for as long as it takes
   */
  public void sendDirectly(RequestEncoder request, ResponseHandler handler, long timeoutNanos) {
    direct.send(request, handler, timeoutNanos);
  }

  /**
   * Sets anew how long the next envelope of a streamed request may take. Without it, each has as
   * long as the first one had, from the one before on. Only on the agent's thread, and while the
   * request is in flight.
   *
   * @param streamId the request's stream id, as {@link StreamHandler#onSent} was told
   * @param timeoutNanos the time from now on, in ns; {@link Offer#NO_TIMEOUT} for as long as it
   *     takes
   */
  public void awaitNext(int streamId, long timeoutNanos) {
    exchange.streams().awaitNext(streamId, timeoutNanos);
  }

  /**
   * Takes no more requests; those in flight may end, then it closes. Only for handlers, on the
   * agent's thread.
   *
   * @param cause why
   */
  public void drain(DriverException cause) {
    ending.drain(cause);
  }

  boolean isHandshaking() {
    return state == ConnectionState.HANDSHAKING;
  }

  ConnectionErrors errors() {
    return errors;
  }

  Channel channel() {
    return channel;
  }

  Exchange exchange() {
    return exchange;
  }

  Ending ending() {
    return ending;
  }

  /** Something waits to be written: the agent flushes at the end of the drain. */
  void touch() {
    if (!touched) {
      touched = true;
      agent.flushSoon(this);
    }
  }

  void flush() {
    touched = false;
    exchange.recorder().onDrained();
    if (state == ConnectionState.CLOSED) {
      return;
    }
    try {
      channel.flush();
      admission.congested(channel.isCongested());
      reading.readRest();
    } catch (IOException e) {
      onBroken(e);
    } catch (Throwable t) {
      failByFault(t);
    }
  }

  /** The end: everything in flight fails, everything taken is given back. */
  void fail(DriverException cause) {
    if (state != ConnectionState.CLOSED) {
      ending.fail(cause);
    }
  }

  /** The end, by the socket or what is around it. */
  void onBroken(IOException cause) {
    fail(ending.causeOf(cause));
  }

  /** The end, by something that must not happen. */
  void failByFault(Throwable fault) {
    agent.onFault(fault);
    fail(errors.lost(" by a fault in the driver", fault));
  }
}
