package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RequestMatcher.queryMatching;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Cells;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.RequestMatcher;
import io.peregrine.testkit.server.RowsBuilder;
import io.peregrine.testkit.server.ServerConnection;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Servers that tell more of their cluster than there can be. */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class HostileClusterTest {
  private static final int MEGABYTE = 1 << 20;
  private static final int MOST_NODES = 10_000;
  private static final int ROWS = 2;
  private static final int GLOBAL_TABLE = 1;
  private static final RequestMatcher PEERS = queryMatching("FROM system.peers_v2");
  private static final RequestMatcher ALL_PEERS = query("SELECT * FROM system.peers_v2");
  private static final Columns COLUMNS =
      Columns.of("system", "peers_v2")
          .and("peer", DataType.INET)
          .and("host_id", DataType.UUID)
          .and("native_address", DataType.INET)
          .and("native_port", DataType.INT);

  private static InetAddress address(int... bytes) {
    byte[] raw = new byte[bytes.length];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = (byte) bytes[i];
    }
    try {
      return InetAddress.getByAddress(raw);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static void row(RowsBuilder rows, int id, InetAddress address, int port) {
    rows.row(
        Cells.inet(address), Cells.uuid(new UUID(7, id)), Cells.inet(address), Cells.int32(port));
  }

  private static void assertGoesOn(HostileScene scene, Session session) {
    scene.server.on(query("good"), Void.INSTANCE);
    assertThat(session.execute("good").all()).isEmpty();
  }

  @Test
  void millionDifferentEventsAreReadAFewTimes() {
    int events = 1_000_000;
    int packets = 1000;
    try (HostileScene scene =
            HostileScene.open(builder -> builder.protocolVersion(ProtocolVersion.V4));
        Session session = scene.cluster.connect()) {
      int before = scene.server.observed().requests(PEERS).size();
      ServerConnection control =
          scene.server.observed().openConnections().stream()
              .filter(connection -> !connection.registeredEvents().isEmpty())
              .findFirst()
              .orElseThrow();
      scene.server.on(
          query("flood"),
          e -> {
            for (int packet = 0; packet < packets; packet++) {
              control.writeRaw(events(packet * (events / packets), events / packets));
            }
            e.reply(Void.INSTANCE);
          });
      session.executeAsync("flood");
      long heap = 0;
      for (int part = 1; part <= 10; part++) {
        int so = events / 10 * part;
        HostileScene.Cost cost =
            scene.costUntil(
                "a tenth of a million events", () -> scene.cluster.eventsReceived() >= so);
        heap += cost.heap();
        assertThat(cost.offHeap()).isLessThan(2 * MEGABYTE);
      }
      assertThat(heap / events).isLessThan(1024);
      assertGoesOn(scene, session);
      assertThat(scene.server.observed().requests(PEERS).size()).isLessThan(before + 20);
      assertThat(scene.cluster.nodes()).hasSize(1);
    }
  }

  /** News of nodes that nobody knows, each another. */
  private static byte[] events(int first, int count) {
    ByteBuffer events = ByteBuffer.allocate(count * 64);
    for (int i = first; i < first + count; i++) {
      ByteBuffer body = ByteBuffer.allocate(40);
      HostileBytes.putText(body, "STATUS_CHANGE");
      HostileBytes.putText(body, "UP");
      body.put((byte) 4).put((byte) 127).put((byte) (i >> 16)).putShort((short) i).putInt(9042);
      byte[] bytes = new byte[body.position()];
      body.get(0, bytes);
      events.put(HostileBytes.envelope(4, 0, -1, Opcode.EVENT, bytes));
    }
    byte[] packet = new byte[events.position()];
    events.get(0, packet);
    return packet;
  }

  @Test
  void eventThatIsLargeMeansThatAnythingMayHaveChanged() {
    try (HostileScene scene =
            HostileScene.open(
                builder ->
                    builder
                        .protocolVersion(ProtocolVersion.V4)
                        .topologyEventRefreshWindow(Duration.ZERO));
        Session session = scene.cluster.connect()) {
      int before = scene.server.observed().requests(PEERS).size();
      ByteBuffer body = ByteBuffer.allocate(2 * MEGABYTE);
      HostileBytes.putText(body, "SCHEMA_CHANGE");
      HostileBytes.putText(body, "CREATED");
      HostileBytes.putText(body, "FUNCTION");
      HostileBytes.putText(body, "ks");
      HostileBytes.putText(body, "f");
      body.putShort((short) 1000);
      for (int i = 0; i < 1000; i++) {
        HostileBytes.putText(body, "x".repeat(1000));
      }
      byte[] bytes = new byte[body.position()];
      body.get(0, bytes);
      scene.server.observed().openConnections().stream()
          .filter(connection -> !connection.registeredEvents().isEmpty())
          .forEach(
              control -> control.writeRaw(HostileBytes.envelope(4, 0, -1, Opcode.EVENT, bytes)));
      HostileScene.Cost cost =
          scene.costUntil(
              "an event of a megabyte",
              () -> scene.server.observed().requests(PEERS).size() > before);
      assertThat(cost.heap()).isLessThan(MEGABYTE);
      assertGoesOn(scene, session);
    }
  }

  @Test
  void nodesBeyondTheMostAreLeftOut() {
    int count = 100_000;
    ByteBuffer body = ByteBuffer.allocate(MEGABYTE + 44 * count);
    body.putInt(ROWS).putInt(GLOBAL_TABLE).putInt(4);
    HostileBytes.putText(body, "system");
    HostileBytes.putText(body, "peers_v2");
    HostileBytes.putColumn(body, "peer", DataType.INET);
    HostileBytes.putColumn(body, "host_id", DataType.UUID);
    HostileBytes.putColumn(body, "native_address", DataType.INET);
    HostileBytes.putColumn(body, "native_port", DataType.INT);
    body.putInt(count);
    for (int i = 0; i < count; i++) {
      // Nobody listens there.
      int address = 127 << 24 | (200 << 16) + i;
      body.putInt(4).putInt(address).putInt(16).putLong(7).putLong(i);
      body.putInt(4).putInt(address).putInt(4).putInt(1);
    }
    try (HostileScene scene = openWith(ALL_PEERS, body)) {
      HostileScene.Cost cost =
          scene.costOf(
              "100,000 peers",
              () -> {
                try (Session session = scene.cluster.connect()) {
                  assertThat(scene.cluster.nodes()).hasSize(MOST_NODES);
                  assertGoesOn(scene, session);
                }
              });
      assertThat(cost.heap()).isLessThan(2048L * MEGABYTE);
      assertThat(cost.offHeap()).isLessThan(16 * MEGABYTE);
    }
  }

  /** A server that answers something with these rows, as soon as it is asked. */
  private static HostileScene openWith(RequestMatcher asked, ByteBuffer body) {
    byte[] rows = new byte[body.position()];
    body.get(0, rows);
    HostileScene scene = HostileScene.open(builder -> builder.protocolVersion(ProtocolVersion.V4));
    scene.server.on(
        asked, e -> e.replyRaw(HostileBytes.envelope(4, 0, e.streamId(), Opcode.RESULT, rows)));
    return scene;
  }

  @Test
  void oddAddressesAreNodesThatCannotBeReachedOrNoNodes() {
    List<InetAddress> odd =
        List.of(
            address(0, 0, 0, 0),
            address(255, 255, 255, 255),
            address(224, 0, 0, 1),
            address(0, 0, 0, 1),
            address(new int[16]),
            address(0xFF, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
            address(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 127, 201, 0, 1));
    RowsBuilder peers = RowsBuilder.rows(COLUMNS);
    int id = 0;
    for (InetAddress address : odd) {
      row(peers, id++, address, 1);
    }
    for (int port : new int[] {0, -1, 65_536, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      row(peers, id, address(127, 202, 0, id++), port);
    }
    try (HostileScene scene = HostileScene.open(builder -> builder)) {
      scene.server.on(ALL_PEERS, peers.build());
      try (Session session = scene.cluster.connect()) {
        assertThat(session.connectedNodes())
            .extracting(Node::address)
            .containsExactly(scene.server.address());
        assertThat(scene.cluster.nodes())
            .extracting(node -> node.address().getPort())
            .containsOnly(1, scene.server.address().getPort());
        assertGoesOn(scene, session);
      }
    }
  }

  @Test
  void rowsWithoutEndAreNotTakenForASchema() {
    int count = 2_000_000;
    ByteBuffer body = ByteBuffer.allocate(128 + 4 * count);
    body.putInt(ROWS).putInt(GLOBAL_TABLE).putInt(1);
    HostileBytes.putText(body, "system_schema");
    HostileBytes.putText(body, "keyspaces");
    HostileBytes.putColumn(body, "keyspace_name", DataType.VARCHAR);
    body.putInt(count);
    for (int i = 0; i < count; i++) {
      body.putInt(-1);
    }
    try (HostileScene scene = openWith(queryMatching("system_schema.keyspaces"), body);
        CapturedLog log = new CapturedLog()) {
      HostileScene.Cost cost =
          scene.costOf("2,000,000 keyspaces without a name", () -> scene.cluster.connect());
      assertThat(scene.cluster.metadata().keyspaces()).isEmpty();
      assertThat(log.lines("at most 1000000 are accepted")).isNotEmpty();
      // The bytes of the answer, twice: nobody else tells more.
      assertThat(cost.heap()).isLessThan(24 * MEGABYTE);
      assertThat(cost.offHeap()).isLessThan(16 * MEGABYTE);
    }
  }
}
