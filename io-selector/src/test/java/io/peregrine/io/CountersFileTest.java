package io.peregrine.io;

import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.ScriptedServer;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class CountersFileTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  @TempDir Path folder;

  private final TestClock clock = new TestClock();
  private final RecordingHandler handler = new RecordingHandler();

  private static MappedByteBuffer map(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      MappedByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      bytes.order(ByteOrder.nativeOrder());
      return bytes;
    }
  }

  /** What Agrona's own reader finds, by label. */
  private static Map<String, Long> readByAgrona(Path file) throws IOException {
    MappedByteBuffer bytes = map(file);
    int metadata = bytes.getInt(CountersFileDescriptor.METADATA_LENGTH_OFFSET);
    int values = bytes.getInt(CountersFileDescriptor.VALUES_LENGTH_OFFSET);
    int header = CountersFileDescriptor.HEADER_LENGTH;
    CountersReader reader =
        new CountersReader(
            new UnsafeBuffer(bytes, header, metadata),
            new UnsafeBuffer(bytes, header + metadata, values),
            StandardCharsets.UTF_8);
    Map<String, Long> counters = new TreeMap<>();
    reader.forEach((value, id, label) -> counters.put(label, value));
    return counters;
  }

  @Test
  void countersInTheFileEqualWhatWasDone() throws IOException {
    HeldRequests held = new HeldRequests();
    try (ScriptedServer server = ScriptedServer.start();
        CountersFile file = CountersFile.create(folder.resolve("stats"), "cluster east")) {
      server.on(query("busy"), exchange -> exchange.reply(new Error(ErrorCode.OVERLOADED, "no")));
      server.on(
          query("wrong"), exchange -> exchange.reply(new Error(ErrorCode.SYNTAX_ERROR, "no")));
      server.on(query("slow"), held);
      SelectorContext context =
          new SelectorContext().name("agent-7").countersFile(file).clock(clock).maxInFlight(2);
      try (InvokedAgent agent = new InvokedAgent(context)) {
        Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
        String[] queries = {"good", "busy", "wrong", "good"};
        for (int i = 0; i < queries.length; i++) {
          new CqlRequest(queries[i]).offer(connection, handler, i);
          int answers = i + 1;
          agent.driveUntil("the answer", () -> handler.outcomes() == answers);
        }
        CqlRequest slow = new CqlRequest("slow");
        assertThat(slow.offer(connection, handler, 4, TIMEOUT.toNanos())).isZero();
        assertThat(slow.offer(connection, handler, 5)).isZero();
        assertThat(slow.offer(connection, handler, 6)).isEqualTo(Offer.BUSY);
        agent.driveUntil("the slow requests", () -> held.size() == 2);
        clock.advance(TIMEOUT);
        agent.drive(2);

        Map<String, Long> read = readByAgrona(file.path());
        assertThat(read).hasSize(SelectorCounter.values().length);
        for (SelectorCounter counter : SelectorCounter.values()) {
          String label = counter.label() + ", agent-7, cluster east";
          assertThat(read).containsEntry(label, agent.count(counter));
        }
        // The handshake's OPTIONS and STARTUP, and those above.
        assertThat(read)
            .containsEntry("requests, agent-7, cluster east", 2L + 6)
            .containsEntry("responses, agent-7, cluster east", 2L + 4)
            .containsEntry("failed requests, agent-7, cluster east", 1L)
            .containsEntry("timeouts, agent-7, cluster east", 1L)
            .containsEntry("orphans, agent-7, cluster east", 1L)
            .containsEntry("busy, agent-7, cluster east", 1L)
            .containsEntry("server overloaded, agent-7, cluster east", 1L)
            .containsEntry("server refusals, agent-7, cluster east", 1L)
            .containsEntry("connections opened, agent-7, cluster east", 1L)
            .containsEntry("connection errors, agent-7, cluster east", 0L);
      }
    }
  }

  @Test
  void refusedByTheRingIsCounted() {
    try (ScriptedServer server = ScriptedServer.start();
        InvokedAgent agent =
            new InvokedAgent(new SelectorContext().requestRingCapacity(4096).maxInFlight(256))) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
      CqlRequest request = new CqlRequest("SELECT v FROM ks.t");
      long accepted = 0;
      while (request.offer(connection, handler, accepted) == Offer.ACCEPTED) {
        accepted++;
      }
      assertThat(agent.count(SelectorCounter.BACK_PRESSURED)).isEqualTo(1);
      assertThat(request.offer(connection, handler, accepted)).isEqualTo(Offer.BACK_PRESSURED);
      assertThat(agent.count(SelectorCounter.BACK_PRESSURED)).isEqualTo(2);
      assertThat(agent.count(SelectorCounter.BUSY)).isZero();
      long all = accepted;
      agent.driveUntil("the answers", () -> handler.outcomes() == all);
    }
  }

  @Test
  void lateAnswerIsNoOrphanAnyMore() {
    HeldRequests held = new HeldRequests();
    try (ScriptedServer server = ScriptedServer.start();
        InvokedAgent agent = new InvokedAgent(new SelectorContext().clock(clock))) {
      server.on(query("slow"), held);
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
      new CqlRequest("slow").offer(connection, handler, 1, TIMEOUT.toNanos());
      agent.driveUntil("the request", () -> held.size() == 1);
      clock.advance(TIMEOUT);
      agent.drive(1);
      assertThat(agent.count(SelectorCounter.ORPHANS)).isEqualTo(1);
      held.releaseAll(Void.INSTANCE);
      agent.driveUntil("the answer", () -> agent.count(SelectorCounter.LATE_RESPONSES) == 1);
      assertThat(agent.count(SelectorCounter.ORPHANS)).isZero();
      long ended =
          agent.count(SelectorCounter.RESPONSES) + agent.count(SelectorCounter.FAILED_REQUESTS);
      assertThat(agent.count(SelectorCounter.REQUESTS)).isEqualTo(ended);
    }
  }

  @Test
  void lostConnectionIsAnErrorAndAClosedOneIsNot() {
    try (ScriptedServer server = ScriptedServer.start();
        InvokedAgent agent = new InvokedAgent()) {
      agent.connect(server.address(), ProtocolVersion.V5);
      RecordingListener lost = agent.connect(server.address(), ProtocolVersion.V5);
      server.observed().openConnections().get(1).close();
      agent.driveUntil("the loss", () -> !lost.closed.isEmpty());
      assertThat(agent.count(SelectorCounter.CONNECTION_ERRORS)).isEqualTo(1);
      agent.end();
      assertThat(agent.count(SelectorCounter.CONNECTIONS_CLOSED)).isEqualTo(2);
      assertThat(agent.count(SelectorCounter.CONNECTION_ERRORS)).isEqualTo(1);
      assertThat(agent.count(SelectorCounter.ORPHANS)).isZero();
    }
  }

  @Test
  void closingRemovesTheFileAndTheDirectoryThatWasMadeForIt() throws IOException {
    Path made = folder.resolve("a").resolve("b");
    CountersFile.create(made, "c").close();
    assertThat(made).doesNotExist();
    assertThat(folder.resolve("a")).exists();
    CountersFile ofOthers = CountersFile.create(folder, "c");
    assertThat(ofOthers.path()).exists();
    ofOthers.close();
    ofOthers.close();
    assertThat(folder.resolve(CountersFileDescriptor.FILE_NAME)).doesNotExist();
    assertThat(folder).exists();
    CountersFile withMore = CountersFile.create(made, "c");
    Files.writeString(made.resolve("more"), "");
    withMore.close();
    assertThat(made.resolve("more")).exists();
  }

  @Test
  void directoryBelongsToOneDriver() {
    try (CountersFile first = CountersFile.create(folder, "c")) {
      assertThatThrownBy(() -> CountersFile.create(folder, "c"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("" + ProcessHandle.current().pid())
          .hasMessageContaining("directory of its own");
      assertThat(first.path()).exists();
    }
    CountersFile.create(folder, "c").close();
  }

  @Test
  void fileOfADeadProcessIsReplaced() throws Exception {
    Process process = new ProcessBuilder("true").start();
    assertThat(process.waitFor()).isZero();
    try (CountersFile left = CountersFile.create(folder, "old")) {
      Path file = left.path();
      byte[] bytes = Files.readAllBytes(file);
      new UnsafeBuffer(bytes).putLong(CountersFileDescriptor.PID_OFFSET, process.pid());
      Files.write(file, bytes);
      try (CountersFile next = CountersFile.create(folder, "new")) {
        UnsafeBuffer header = new UnsafeBuffer(Files.readAllBytes(next.path()));
        assertThat(header.getLong(CountersFileDescriptor.PID_OFFSET))
            .isEqualTo(ProcessHandle.current().pid());
      }
    }
  }

  @Test
  void countersCanBeReadAndCountedAfterTheFileIsGone() {
    CountersFile file = CountersFile.create(folder, "c");
    SelectorCounters counters = file.countersOf("agent");
    counters.add(SelectorCounter.REQUESTS, 5);
    file.close();
    counters.increment(SelectorCounter.BUSY);
    assertThat(file.countersOf("late").get(SelectorCounter.REQUESTS)).isZero();
    System.gc();
    assertThat(counters.get(SelectorCounter.REQUESTS)).isEqualTo(5);
    assertThat(counters.get(SelectorCounter.BUSY)).isEqualTo(1);
  }

  @Test
  void agentsForWhichTheFileHasNoRoomCountInMemory() throws IOException {
    try (CountersFile file = CountersFile.create(folder, "c")) {
      int agents = 0;
      while (readByAgrona(file.path()).size() == agents * SelectorCounter.values().length) {
        agents++;
        SelectorCounters counters = file.countersOf("agent-" + agents);
        counters.add(SelectorCounter.REQUESTS, agents);
        assertThat(counters.get(SelectorCounter.REQUESTS)).isEqualTo(agents);
      }
      assertThat(agents).isGreaterThan(16);
    }
  }

  @Test
  void layoutIsAgronas() {
    assertThat(CountersFileDescriptor.METADATA_RECORD_LENGTH)
        .isEqualTo(CountersReader.METADATA_LENGTH);
    assertThat(CountersFileDescriptor.VALUE_LENGTH).isEqualTo(CountersReader.COUNTER_LENGTH);
    assertThat(CountersFileDescriptor.RECORD_ALLOCATED).isEqualTo(CountersReader.RECORD_ALLOCATED);
    assertThat(CountersFileDescriptor.TYPE_OFFSET).isEqualTo(CountersReader.TYPE_ID_OFFSET);
    assertThat(CountersFileDescriptor.LABEL_LENGTH_OFFSET).isEqualTo(CountersReader.LABEL_OFFSET);
    assertThat(CountersFileDescriptor.LABEL_OFFSET)
        .isEqualTo(CountersReader.LABEL_OFFSET + Integer.BYTES);
    assertThat(CountersFileDescriptor.MAX_LABEL_LENGTH).isEqualTo(CountersReader.MAX_LABEL_LENGTH);
  }
}
