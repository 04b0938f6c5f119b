package io.peregrine.testkit.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.testkit.server.Observations;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a forked node must keep: it serves, it ends, and nothing is left of it. */
class CassandraClusterTest {
  private static final Path HOME = Path.of("target", "cassandra");

  @Test
  void nodeServesUntilItIsKilledAndAgainAfterARestart() throws IOException {
    CassandraCluster cluster = CassandraCluster.start(CassandraSpec.oneNode());
    CassandraNode node = cluster.node(0);
    try (cluster) {
      assertThat(cluster.contactPoints()).containsExactly(node.address());
      assertThat(Options.opcodeOfReply(cluster.contactPoint())).isEqualTo(Options.SUPPORTED);
      long firstPid = node.pid();

      node.kill();
      node.awaitDown();
      assertThat(ProcessHandle.of(firstPid)).isEmpty();
      assertThatThrownBy(() -> Options.opcodeOfReply(node.address()))
          .isInstanceOf(IOException.class);

      node.restart();
      assertThat(node.pid()).isNotEqualTo(firstPid);
      assertThat(Options.opcodeOfReply(node.address())).isEqualTo(Options.SUPPORTED);
    }
    assertThat(ProcessHandle.of(node.pid())).isEmpty();
    assertThat(node.log().getParent().getParent()).doesNotExist();
  }

  @Test
  void nodeJoinsAndLeavesAndTellsWhoHasAKey() {
    CassandraSpec.Place place = new CassandraSpec.Place("here", "second");
    CassandraSpec spec =
        CassandraSpec.ofPlaces(List.of(new CassandraSpec.Place("here", "first")))
            .withJvmFlag("-Dcassandra.consistent.rangemovement=false");
    try (CassandraCluster cluster = CassandraCluster.start(spec)) {
      CassandraNode joined = cluster.join(place);
      assertThat(Options.opcodeOfReply(joined.address())).isEqualTo(Options.SUPPORTED);
      try (NodeOperator operator = cluster.node(0).operator()) {
        List<InetAddress> addresses =
            cluster.contactPoints().stream().map(InetSocketAddress::getAddress).toList();
        // What one node is, the others hear a little later.
        Observations.until(
            "the first node to share its data",
            () -> replicas(operator).equals(Set.copyOf(addresses)));
        try (NodeOperator leaving = joined.operator()) {
          leaving.decommission();
        }
        Observations.until(
            "the first node to have all data",
            () -> replicas(operator).equals(Set.of(addresses.get(0))));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<InetAddress> replicas(NodeOperator operator) {
    Set<InetAddress> replicas = new HashSet<>();
    for (int key = 0; key < 64; key++) {
      replicas.addAll(
          operator.replicas("system_traces", "sessions", new UUID(4096, key).toString()));
    }
    return replicas;
  }

  @Test
  void nodeThatCannotStartSaysWhyAndLeavesNothing() throws IOException {
    Set<Path> before = folders();

    assertThatThrownBy(
            () ->
                CassandraCluster.start(
                    CassandraSpec.oneNode().withSetting("no_such_setting", true)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("exit code")
        .hasMessageContaining("no_such_setting");

    assertThat(folders()).isEqualTo(before);
    assertThat(ProcessHandle.current().children().map(ProcessHandle::info))
        .noneMatch(info -> info.commandLine().orElse("").contains("CassandraDaemon"));
  }

  @Test
  void logsStayIfTheyAreAskedFor() throws IOException {
    Path folder;
    try (CassandraCluster cluster = CassandraCluster.start(CassandraSpec.oneNode())) {
      folder = cluster.node(0).log().getParent();
      assertThat(cluster.keepLogs()).contains(folder.getParent().toString());
    }
    assertThat(folder.resolve("system.log")).isNotEmptyFile();
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void addressesAndPortsAreNotForTheSpecification() {
    CassandraSpec spec = CassandraSpec.oneNode().withSetting("native_transport_port", 9042);

    assertThatThrownBy(() -> CassandraCluster.start(spec))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("native_transport_port");
  }

  @Test
  void clustersSideBySideHaveAddressesOfTheirOwn() {
    try (LoopbackBlock one = LoopbackBlock.claim(3);
        LoopbackBlock other = LoopbackBlock.claim(3)) {
      assertThat(one.address(0)).isNotEqualTo(other.address(0));
      assertThat(Stream.of(0, 1, 2).map(one::nativeAddress)).doesNotHaveDuplicates();
    }
  }

  @Test
  void tokensShareTheRingEvenly() {
    assertThat(List.of(NodeFiles.token(0, 2), NodeFiles.token(1, 2)))
        .containsExactly("-9223372036854775807", "1");
    assertThat(NodeFiles.token(2, 2)).isEqualTo("-4611686018427387903");
  }

  private static Set<Path> folders() throws IOException {
    if (Files.notExists(HOME)) {
      return Set.of();
    }
    try (Stream<Path> folders = Files.list(HOME)) {
      return folders.collect(Collectors.toSet());
    }
  }

  /** Asks a server for its options, the one request that needs no other before it. */
  static final class Options {
    static final int SUPPORTED = 0x06;
    private static final byte[] REQUEST = {0x05, 0, 0, 0, 0x05, 0, 0, 0, 0};
    private static final int TIMEOUT_MILLIS = 10_000;

    private Options() {}

    static int opcodeOfReply(InetSocketAddress address) throws IOException {
      try (Socket socket = new Socket()) {
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(address, TIMEOUT_MILLIS);
        socket.getOutputStream().write(REQUEST);
        byte[] header = new byte[REQUEST.length];
        new DataInputStream(socket.getInputStream()).readFully(header);
        return header[4];
      }
    }
  }
}
