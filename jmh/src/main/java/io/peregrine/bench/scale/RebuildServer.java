package io.peregrine.bench.scale;

import static io.peregrine.testkit.server.RequestMatcher.queryMatching;

import com.datastax.oss.protocol.internal.Message;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.testkit.server.CannedServer;
import io.peregrine.testkit.server.NodeInfo;
import io.peregrine.testkit.server.ScriptedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One of two servers: the node that requests go to, which does nothing but answer them, or the one
 * that tells of a large cluster, in which the former is a node and others only have names. Two
 * processes, so that what one has to do does not keep the other from answering. What is told of the
 * cluster is encoded once, when it is first asked for. Confined to the main thread of its process.
 *
 * <p>It prints where it listens, and ends with its input.
 */
public final class RebuildServer {
  private static final int DATA_CENTERS = 3;
  private static final int RACKS = 3;
  private static final int PORT = 9042;

  private RebuildServer() {}

  /**
   * Runs until the input ends.
   *
   * @param args nothing for the node that requests go to; else where that is, how many nodes the
   *     cluster has, and how many tokens each
   * @throws IOException if the input cannot be read
   */
  public static void main(String[] args) throws IOException {
    if (args.length == 0) {
      try (CannedServer server = CannedServer.start(Void.INSTANCE)) {
        serve(server.address());
      }
      return;
    }
    InetSocketAddress other = new InetSocketAddress(args[0], Integer.parseInt(args[1]));
    List<NodeInfo> nodes = nodes(other, Integer.parseInt(args[2]), Integer.parseInt(args[3]));
    // What the node itself is called does not matter: it is the contact point, wherever it listens.
    try (ScriptedServer server =
        ScriptedServer.builder()
            .nodes(() -> nodes.get(0), () -> nodes.subList(1, nodes.size()))
            .start()) {
      server.on(
          queryMatching("(?i)from\\s+system\\.(local|peers|peers_v2)"), new RememberedAnswers());
      Message keyspaces = ScaleServer.keyspaces();
      server.on(
          queryMatching("(?i)from\\s+system_schema\\.keyspaces"),
          exchange -> exchange.reply(keyspaces));
      serve(server.address());
    }
  }

  private static void serve(InetSocketAddress address) throws IOException {
    System.out.println(address.getAddress().getHostAddress() + " " + address.getPort());
    while (System.in.read() >= 0) {
      // Whoever started this process closes its input, or ends.
    }
  }

  private static List<NodeInfo> nodes(InetSocketAddress other, int count, int tokens)
      throws IOException {
    SplittableRandom random = new SplittableRandom(41);
    List<NodeInfo> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] address = {127, 99, (byte) (i >> 8), (byte) i};
      InetSocketAddress own = new InetSocketAddress(InetAddress.getByAddress(address), PORT);
      nodes.add(
          NodeInfo.at(i == 1 ? other : own)
              .in("dc" + (1 + i / 2 % DATA_CENTERS), "rack" + i % RACKS)
              .withTokens(random.longs(tokens).mapToObj(Long::toString).toList()));
    }
    return nodes;
  }
}
