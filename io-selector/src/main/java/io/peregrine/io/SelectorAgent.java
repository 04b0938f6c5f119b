package io.peregrine.io;

import io.peregrine.codec.DriverException;
import java.io.UncheckedIOException;
import java.lang.invoke.VarHandle;
import java.nio.channels.Selector;
import java.util.List;
import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;
import org.jspecify.annotations.Nullable;

/**
 * Drives many connections in one loop: requests out of the ring and onto the sockets, answers off
 * the sockets and into their handlers. One thread at a time runs it, its own or its caller's; other
 * threads use {@link Connection#offer} and {@link #connections()}.
 *
 * <p>A duty cycle drains the ring up to a limit, writes each connection once, then reads what is
 * there. The drain is the batch: nothing waits for more to come.
 */
public final class SelectorAgent implements Agent {
  /** How many bytes may be spent on keeping requests that could have to be sent again. */
  private static final long RETENTION_LIMIT = 64L << 20;

  private final SelectorContext context;
  private final DirectMemory memory = new DirectMemory();
  private final LeaseBudget leases;
  private final SharedCompression compression;
  private final RetainedRequests retention;
  private final SelectorCounters counters;
  private final @Nullable LatencyRecorder latencies;
  private final FlightRecorders flightRecorders;
  private final RequestRing ring;
  private final RequestProxy requests;
  private final ConnectionProxy connectionProxy;
  private final AgentCommands commands = new AgentCommands(this::onFault);
  private final SelectorPoller poller;
  private final DutyCycle dutyCycle;
  private final LastDrain lastDrain;
  private final OpenConnections connections = new OpenConnections();
  private final Turns toFlush = new Turns(Connection::flush);
  private final Turns toRead = new Turns(Connection::readAgain);
  private long now;
  private boolean parks;
  private boolean parksAtOnce;
  private boolean reported;
  private boolean ending;
  private @Nullable Throwable fatalFault;
  private volatile boolean closed;

  /**
   * An agent that has not been started.
   *
   * @param context how it is set up; not changed afterwards
   * @throws UncheckedIOException if the system gives no selector
   */
  public SelectorAgent(SelectorContext context) {
    this.context = context;
    this.counters = context.newCounters();
    this.latencies = context.latencies() ? new LatencyRecorder() : null;
    this.flightRecorders = new FlightRecorders(context, memory, this::onFault);
    this.leases = new LeaseBudget(memory, context.leaseLimit());
    this.compression = new SharedCompression(memory, context.maxEnvelopeLength());
    this.ring = new RequestRing(context.requestRingCapacity());
    this.retention = new RetainedRequests(memory, RETENTION_LIMIT, ring.buffer().maxMsgLength());
    this.lastDrain = new LastDrain(ring, commands::run);
    this.requests = new RequestProxy(this, context, ring, leases);
    this.connectionProxy = new ConnectionProxy(this);
    this.now = context.clock().nanoTime();
    this.parks = context.parksInSelect();
    this.poller = new SelectorPoller(this::onFault, this::onAwake);
    this.dutyCycle = new DutyCycle(counters);
  }

  /**
   * The way in for requests.
   *
   * @return a proxy for any thread
   */
  RequestProxy requests() {
    return requests;
  }

  /**
   * The way in for connections.
   *
   * @return a proxy for any thread
   */
  public ConnectionProxy connections() {
    return connectionProxy;
  }

  /**
   * What the agent has counted.
   *
   * @return counters that any thread may read
   */
  public SelectorCounters counters() {
    return counters;
  }

  /**
   * How long requests take.
   *
   * @return the recorder, for one reader at a time; null if latencies are not recorded
   */
  public @Nullable LatencyRecorder latencies() {
    return latencies;
  }

  /**
   * What the connections carried last. Any thread may ask.
   *
   * @return a copy for each open connection; empty if nothing is recorded
   */
  public List<FlightRecords> flightRecords() {
    return flightRecorders.copy();
  }

  /**
   * Memory outside of the heap that is allocated and not given back, but for the ring's.
   *
   * @return bytes; 0 once the agent is closed
   */
  public long offHeapBytes() {
    return memory.outstanding();
  }

  /**
   * Requests whose bytes are kept. Exact only while the agent does not run.
   *
   * @return at least 0
   */
  public int keptRequests() {
    return retention.kept();
  }

  /**
   * Bytes of large requests that are under way.
   *
   * @return at least 0
   */
  public long leasedBytes() {
    return leases.outstanding();
  }

  /**
   * Bytes of requests that wait between the offering threads and the agent.
   *
   * @return 0 to {@link #requestRingCapacity()}, the records' own headers included
   */
  public int requestRingBytes() {
    return ring.size();
  }

  /**
   * How many bytes may wait there.
   *
   * @return a power of two
   */
  public int requestRingCapacity() {
    return ring.buffer().capacity();
  }

  @Override
  public String roleName() {
    return context.name();
  }

  /** Ties the thread to its core, if it is to have one. */
  @Override
  public void onStart() {
    int core = context.core();
    if (core != SelectorContext.ANY_CORE) {
      try {
        CorePinning.pin(core);
      } catch (DriverException e) {
        counters.add(SelectorCounter.PINNING_FAILURES, 1);
        onFault(e);
      }
    }
  }

  /**
   * Lets duty cycles block or not, for a thread that runs the agent while it waits for answers: a
   * cycle that may block does so as soon as the requests are written. Only for that thread.
   *
   * @param parks as {@link SelectorContext#parksInSelect}, and without effect if that was false
   */
  public void parks(boolean parks) {
    this.parks = parks && context.parksInSelect();
    this.parksAtOnce = this.parks;
  }

  /**
   * One duty cycle.
   *
   * @throws AgentTerminationException if the agent was told to end, or cannot go on; {@link
   *     #onClose} must follow
   */
  @Override
  public int doWork() {
    try {
      int work = dutyCycle();
      if (work > 0) {
        dutyCycle.end(context.clock().nanoTime());
      }
      return work;
    } catch (AgentTerminationException e) {
      throw e;
    } catch (Throwable t) {
      // No connection is to blame. Agrona's runner would not close an agent that an Error ends.
      fatalFault = t;
      throw new AgentTerminationException(roleName() + " cannot go on", t);
    } finally {
      poller.passInterruptOn();
    }
  }

  private void onAwake() {
    now = context.clock().nanoTime();
    dutyCycle.begin(now);
  }

  private int dutyCycle() {
    onAwake();
    reported = false;
    int work = commands.run();
    boolean mayPark = parks && work == 0;
    if (ending) {
      throw new AgentTerminationException("closed", true);
    }
    work += ring.read(context.drainLimit());
    work += toFlush.take();
    int readAgain = toRead.take();
    work += readAgain;
    // What was just written has no answer yet: who waits for it need not look before he sleeps,
    // unless it has failed already.
    if (mayPark && readAgain == 0 && (work == 0 || parksAtOnce && !reported)) {
      work += park();
    } else {
      work += poller.poll();
    }
    work += connections.expire(now);
    poller.purge();
    LatencyRecorder latencies = this.latencies;
    if (latencies != null) {
      latencies.flush();
    }
    return work;
  }

  /**
   * The end of the loop: every connection closes, every handler that is still owed a call gets it.
   */
  @Override
  public void onClose() {
    if (closed) {
      return;
    }
    lastDrain.begin();
    closed = true;
    lastDrain.once();
    DriverException cause = closedException();
    connections.fail(cause);
    lastDrain.untilClaimsAreDone();
    lastDrain.untilNobodyAsks();
    retention.free();
    compression.close();
    CloseHelper.close(this::onFault, poller);
  }

  DriverException closedException() {
    Throwable fault = fatalFault;
    return fault == null
        ? new DriverException("The driver was closed")
        : new DriverException(roleName() + " ended by a fault: " + fault, fault);
  }

  void drainAfterClose() {
    lastDrain.ask();
  }

  void command(Runnable command) {
    commands.add(command);
    VarHandle.fullFence();
    poller.wakeUpIfParked();
    if (closed) {
      drainAfterClose();
    }
  }

  void wakeUpIfParked() {
    poller.wakeUpIfParked();
  }

  void end() {
    ending = true;
  }

  private int park() {
    long millis = connections.millisToDeadline(now, context.longestParkMillis());
    poller.prepareToPark();
    if (millis == 0 || ring.size() > 0 || !commands.isEmpty()) {
      return poller.poll();
    }
    return poller.park(millis);
  }

  void expectDeadline(long deadline) {
    connections.expectDeadline(deadline);
  }

  void add(Connection connection) {
    connections.add(connection);
  }

  void remove(Connection connection) {
    connections.remove(connection);
    poller.purgeSoon();
  }

  void readSoon(Connection connection) {
    toRead.add(connection);
  }

  /** A handler was told of a failure. */
  void onReport() {
    reported = true;
  }

  void flushSoon(Connection connection) {
    toFlush.add(connection);
  }

  void onFault(Throwable fault) {
    try {
      context.errorHandler().onError(fault);
    } catch (Throwable ignored) {
      // There is nobody else to tell, and the loop goes on.
    }
  }

  boolean isClosed() {
    return closed;
  }

  long now() {
    return now;
  }

  SelectorContext context() {
    return context;
  }

  FlightRecorders flightRecorders() {
    return flightRecorders;
  }

  DirectMemory memory() {
    return memory;
  }

  LeaseBudget leases() {
    return leases;
  }

  SharedCompression compression() {
    return compression;
  }

  RetainedRequests retention() {
    return retention;
  }

  Selector selector() {
    return poller.selector();
  }
}
