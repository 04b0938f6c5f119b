package io.peregrine.io;

import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import java.util.concurrent.Executor;
import org.agrona.BitUtil;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;

/**
 * How a selector agent is set up. Not thread-safe; read once, when the agent is made.
 *
 * <p>Every setter returns this.
 */
public final class SelectorContext {
  /** The agent's thread runs where the system puts it. */
  public static final int ANY_CORE = -1;

  private String name = "peregrine-selector";
  private int requestRingCapacity = 4 << 20;
  private int maxInFlight = 2048;
  private int maxOrphans = 256;
  private int sendLimit = 8 << 20;
  private long leaseLimit = 1L << 30;
  private int drainLimit = 256;
  private int core = ANY_CORE;
  private boolean parksInSelect = true;
  private long longestParkMillis = 1_000;
  private Heartbeats heartbeats = Heartbeats.DEFAULT;
  private SocketOptions socketOptions = SocketOptions.DEFAULT;
  private NanoClock clock = SystemNanoClock.INSTANCE;
  private TransportFactory transports = TransportFactory.PLAIN;
  private Executor handshakes = Runnable::run;
  private @Nullable HandshakeAuthentication authentication;
  private ErrorHandler errorHandler = Throwable::printStackTrace;
  private @Nullable CountersFile countersFile;
  private boolean latencies = true;
  private int flightRecords = 256;
  private FlightLog flightLog = FlightLog.NONE;

  /** The defaults. */
  public SelectorContext() {}

  /**
   * Names the agent, for its thread and for errors.
   *
   * @param name the name
   * @return this
   */
  public SelectorContext name(String name) {
    this.name = name;
    return this;
  }

  /** The agent's name; {@code peregrine-selector} by default. */
  String name() {
    return name;
  }

  /**
   * How many bytes of requests fit between the offering threads and the agent. A request larger
   * than an eighth of it travels in a buffer of its own.
   *
   * @param bytes a power of two, at least 4,096; 4 MiB by default
   * @return this
   */
  public SelectorContext requestRingCapacity(int bytes) {
    if (!BitUtil.isPowerOfTwo(bytes) || bytes < 4096) {
      throw new IllegalArgumentException(
          "a ring of " + bytes + " bytes; a power of two from 4096 on is needed");
    }
    this.requestRingCapacity = bytes;
    return this;
  }

  int requestRingCapacity() {
    return requestRingCapacity;
  }

  /**
   * How many requests may be in flight on one connection.
   *
   * @param requests 1 to 32,768; 2,048 by default
   * @return this
   */
  public SelectorContext maxInFlight(int requests) {
    if (requests < 1 || requests > StreamIdAllocator.MAX_IDS) {
      throw new IllegalArgumentException(
          requests + " requests in flight; 1 to " + StreamIdAllocator.MAX_IDS + " are possible");
    }
    this.maxInFlight = requests;
    return this;
  }

  int maxInFlight() {
    return maxInFlight;
  }

  /** How many timed-out requests a connection may still wait for; tests want fewer. */
  SelectorContext maxOrphans(int orphans) {
    this.maxOrphans = orphans;
    return this;
  }

  /**
   * How many timed-out requests a connection may still wait for. One more, and it takes no new
   * requests, lets those in flight end, and closes. With more than three quarters of {@link
   * #maxInFlight}, there would be little left that it can carry.
   */
  int maxOrphans() {
    return Math.min(maxOrphans, Math.max(1, maxInFlight * 3 / 4));
  }

  /** How many bytes may wait for a server that does not read; tests want fewer. */
  SelectorContext sendLimit(int bytes) {
    this.sendLimit = bytes;
    return this;
  }

  /** How many bytes may wait for a server that does not read. Past that, requests fail as busy. */
  int sendLimit() {
    return sendLimit;
  }

  /** How many bytes of large requests may be under way at a time; tests want fewer. */
  SelectorContext leaseLimit(long bytes) {
    this.leaseLimit = bytes;
    return this;
  }

  long leaseLimit() {
    return leaseLimit;
  }

  /** How many requests one duty cycle takes from the ring at most; tests want fewer. */
  SelectorContext drainLimit(int requests) {
    this.drainLimit = requests;
    return this;
  }

  /** So that a flood of requests cannot starve the answers. */
  int drainLimit() {
    return drainLimit;
  }

  /**
   * Ties the agent's thread to a core, which needs {@code net.openhft:affinity}. If that fails, it
   * is counted, the error handler is told, and the thread runs unpinned.
   *
   * @param core the system's number of it, from 0 on, or {@link #ANY_CORE}, which is the default
   * @return this
   */
  public SelectorContext core(int core) {
    if (core < ANY_CORE) {
      throw new IllegalArgumentException("core " + core + "; they are counted from 0 on");
    }
    this.core = core;
    return this;
  }

  int core() {
    return core;
  }

  /**
   * Whether a duty cycle that finds nothing to send blocks in {@code select} until an answer, a
   * request or a deadline comes. Switch it off when the agent's caller has an idle strategy of its
   * own, or other work.
   *
   * @param parks true by default
   * @return this
   */
  public SelectorContext parksInSelect(boolean parks) {
    this.parksInSelect = parks;
    return this;
  }

  boolean parksInSelect() {
    return parksInSelect;
  }

  /**
   * When a silent server is asked whether it is still there.
   *
   * @param heartbeats {@link Heartbeats#DEFAULT} by default
   * @return this
   */
  public SelectorContext heartbeats(Heartbeats heartbeats) {
    this.heartbeats = heartbeats;
    return this;
  }

  Heartbeats heartbeats() {
    return heartbeats;
  }

  /**
   * What sockets are set to before they connect.
   *
   * @param options {@link SocketOptions#DEFAULT} by default
   * @return this
   */
  public SelectorContext socketOptions(SocketOptions options) {
    this.socketOptions = options;
    return this;
  }

  SocketOptions socketOptions() {
    return socketOptions;
  }

  /** How long a duty cycle blocks at most; tests make a missed wake-up last. */
  SelectorContext longestParkMillis(long millis) {
    this.longestParkMillis = millis;
    return this;
  }

  long longestParkMillis() {
    return longestParkMillis;
  }

  /**
   * The clock of all deadlines.
   *
   * @param clock the system's by default
   * @return this
   */
  public SelectorContext clock(NanoClock clock) {
    this.clock = clock;
    return this;
  }

  NanoClock clock() {
    return clock;
  }

  /**
   * What makes a connection's transport.
   *
   * @param transports plain by default
   * @return this
   */
  public SelectorContext transports(TransportFactory transports) {
    this.transports = transports;
    return this;
  }

  TransportFactory transports() {
    return transports;
  }

  /**
   * What runs the slow parts of a handshake: keys and certificates, files that they stand in, and
   * authenticators. It may run them one after the other.
   *
   * @param executor any executor; by default the agent's own thread, which serves nobody meanwhile
   * @return this
   */
  public SelectorContext handshakes(Executor executor) {
    this.handshakes = executor;
    return this;
  }

  Executor handshakes() {
    return handshakes;
  }

  /**
   * What tells servers who the client is.
   *
   * @param authentication null, as by default, if a server that asks is not connected to
   * @return this
   */
  public SelectorContext authentication(@Nullable HandshakeAuthentication authentication) {
    this.authentication = authentication;
    return this;
  }

  @Nullable HandshakeAuthentication authentication() {
    return authentication;
  }

  /**
   * Who is told of faults that belong to no request: an exception in a handler, an answer to no
   * request. Called on the agent's thread.
   *
   * @param errorHandler prints the stack trace by default
   * @return this
   */
  public SelectorContext errorHandler(ErrorHandler errorHandler) {
    this.errorHandler = errorHandler;
    return this;
  }

  ErrorHandler errorHandler() {
    return errorHandler;
  }

  /**
   * Where the counters stand.
   *
   * @param file a file that outlives the agent, or null for memory of the agent's own, as by
   *     default
   * @return this
   */
  public SelectorContext countersFile(@Nullable CountersFile file) {
    this.countersFile = file;
    return this;
  }

  SelectorCounters newCounters() {
    CountersFile file = countersFile;
    return file == null ? new SelectorCounters() : file.countersOf(name);
  }

  /**
   * Whether the latencies of requests are recorded.
   *
   * @param recorded true by default
   * @return this
   */
  public SelectorContext latencies(boolean recorded) {
    this.latencies = recorded;
    return this;
  }

  boolean latencies() {
    return latencies;
  }

  /**
   * How many of its last envelopes each connection remembers.
   *
   * @param envelopes 0 for none, up to 65,536; the next power of two is taken; 256 by default
   * @return this
   */
  public SelectorContext flightRecords(int envelopes) {
    if (envelopes < 0 || envelopes > 65_536) {
      throw new IllegalArgumentException(envelopes + " flight records; 0 to 65536 are possible");
    }
    this.flightRecords = envelopes;
    return this;
  }

  int flightRecords() {
    return flightRecords;
  }

  /**
   * Who is told what a connection carried before an error ended it.
   *
   * @param flightLog nobody by default
   * @return this
   */
  public SelectorContext flightLog(FlightLog flightLog) {
    this.flightLog = flightLog;
    return this;
  }

  FlightLog flightLog() {
    return flightLog;
  }

  int maxEnvelopeLength() {
    return EnvelopeHeaderFlyweight.HEADER_LENGTH + EnvelopeHeaderFlyweight.MAX_BODY_LENGTH;
  }
}
