package io.peregrine.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.compress.Compression;
import io.peregrine.testkit.server.Observations;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.AgentTerminationException;

/**
 * An agent that runs when the test says so, and that must have given everything back when it is
 * closed. Confined to the test's thread.
 */
final class InvokedAgent implements AutoCloseable {
  static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);

  final List<Throwable> faults = new CopyOnWriteArrayList<>();
  final SelectorAgent agent;
  private final List<Connection> connections = new ArrayList<>();
  private final List<RecordingListener> listeners = new ArrayList<>();

  InvokedAgent() {
    this(new SelectorContext());
  }

  InvokedAgent(SelectorContext context) {
    agent = new SelectorAgent(context.parksInSelect(false).errorHandler(faults::add));
  }

  /** Begins to connect. */
  RecordingListener open(InetSocketAddress address, ProtocolVersion version) {
    return open(address, version, CONNECT_TIMEOUT);
  }

  RecordingListener open(
      InetSocketAddress address, ProtocolVersion version, Compression compression) {
    return open(
        new ConnectRequest(address, version, Map.of(), compression, CONNECT_TIMEOUT.toNanos()));
  }

  RecordingListener open(InetSocketAddress address, ProtocolVersion version, Duration timeout) {
    return open(new ConnectRequest(address, version, Map.of(), timeout.toNanos()));
  }

  private RecordingListener open(ConnectRequest request) {
    RecordingListener listener = new RecordingListener();
    listener.connection = agent.connections().connect(request, listener);
    connections.add(listener.connection);
    listeners.add(listener);
    return listener;
  }

  /** Connects and waits until the connection is ready. */
  RecordingListener connect(InetSocketAddress address, ProtocolVersion version) {
    return untilReady(open(address, version));
  }

  RecordingListener connect(
      InetSocketAddress address, ProtocolVersion version, Compression compression) {
    return untilReady(open(address, version, compression));
  }

  private RecordingListener untilReady(RecordingListener listener) {
    driveUntil(
        "a ready connection, not " + listener.closed,
        () -> listener.ready == 1 || !listener.closed.isEmpty());
    assertThat(listener.closed).isEmpty();
    return listener;
  }

  void driveUntil(String what, BooleanSupplier condition) {
    Observations.driveUntil(what, condition, agent::doWork);
  }

  void drive(int cycles) {
    for (int i = 0; i < cycles; i++) {
      agent.doWork();
    }
  }

  long count(SelectorCounter counter) {
    return agent.counters().get(counter);
  }

  /** Ends the agent the way a runner does. */
  void end() {
    agent.connections().closeAgent();
    try {
      agent.doWork();
      throw new AssertionError("the agent goes on");
    } catch (AgentTerminationException e) {
      assertThat(e.isExpected()).isTrue();
    }
    agent.onClose();
  }

  @Override
  public void close() {
    if (!agent.isClosed()) {
      end();
    }
    for (Connection connection : connections) {
      assertThat(connection.inFlight()).as("in flight on %s", connection).isZero();
    }
    for (RecordingListener listener : listeners) {
      assertThat(listener.closed).as("calls of onClosed").hasSize(1);
    }
    assertThat(agent.keptRequests()).as("kept requests").isZero();
    assertThat(agent.leasedBytes()).as("leased bytes").isZero();
    assertThat(agent.offHeapBytes()).as("off-heap bytes").isZero();
  }
}
