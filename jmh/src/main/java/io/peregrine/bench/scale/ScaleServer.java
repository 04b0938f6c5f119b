package io.peregrine.bench.scale;

import static io.peregrine.testkit.server.RequestMatcher.queryMatching;

import com.datastax.oss.protocol.internal.Message;
import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.ProtocolConstants.TopologyChangeType;
import com.datastax.oss.protocol.internal.response.event.TopologyChangeEvent;
import com.datastax.oss.protocol.internal.response.result.RawType;
import io.peregrine.testkit.server.Cells;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.NodeInfo;
import io.peregrine.testkit.server.RowsBuilder;
import io.peregrine.testkit.server.ScriptedCluster;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * The cluster: nodes in three data centres of three racks, and keyspaces of four replication
 * settings. Confined to the main thread of its process.
 *
 * <p>It prints where its first node listens. A line of input takes the last node away, or puts it
 * back, and tells the clients; the answer is a line. It ends with its input.
 */
public final class ScaleServer {
  static final int KEYSPACES = 50;
  private static final int DATA_CENTERS = 3;
  private static final int RACKS = 3;

  /** The replication settings, which the keyspaces have in turn. */
  static final List<Map<String, String>> REPLICATION =
      List.of(
          replication("SimpleStrategy", "replication_factor", "3"),
          replication("NetworkTopologyStrategy", "dc1", "3"),
          replication("NetworkTopologyStrategy", "dc1", "3", "dc2", "3"),
          replication("NetworkTopologyStrategy", "dc1", "3", "dc2", "3", "dc3", "2"));

  private ScaleServer() {}

  /**
   * Runs until the input ends.
   *
   * @param args the number of nodes, and how many tokens each has
   * @throws IOException if the input cannot be read
   */
  public static void main(String[] args) throws IOException {
    int nodes = Integer.parseInt(args[0]);
    ScriptedCluster.Builder builder =
        ScriptedCluster.builder().racks(RACKS).tokensPerNode(Integer.parseInt(args[1]));
    for (int i = 0; i < DATA_CENTERS; i++) {
      builder.dataCenter("dc" + (i + 1), (nodes + i) / DATA_CENTERS);
    }
    try (ScriptedCluster cluster = builder.start()) {
      scatterTokens(cluster, Integer.parseInt(args[1]));
      Message keyspaces = keyspaces();
      cluster.on(
          queryMatching("(?i)from\\s+system_schema\\.keyspaces"),
          exchange -> exchange.reply(keyspaces));
      System.out.println(
          cluster.address(0).getAddress().getHostAddress() + " " + cluster.address(0).getPort());
      changeOnRequest(cluster);
    }
  }

  /**
   * Each node's tokens anywhere, as Cassandra has them: so hardly two ranges have the same nodes.
   */
  private static void scatterTokens(ScriptedCluster cluster, int tokensPerNode) {
    SplittableRandom random = new SplittableRandom(41);
    for (int i = 0; i < cluster.servers().size(); i++) {
      List<String> tokens = random.longs(tokensPerNode).mapToObj(Long::toString).toList();
      cluster.change(i, node -> node.withTokens(tokens));
    }
  }

  private static void changeOnRequest(ScriptedCluster cluster) throws IOException {
    int last = cluster.servers().size() - 1;
    NodeInfo node = cluster.nodes().get(last);
    boolean member = true;
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (in.readLine() != null) {
      if (member) {
        cluster.remove(last);
      } else {
        cluster.add(node);
      }
      member = !member;
      cluster.push(
          new TopologyChangeEvent(
              member ? TopologyChangeType.NEW_NODE : TopologyChangeType.REMOVED_NODE,
              node.address()));
      System.out.println("done");
    }
  }

  /** The answer that names the keyspaces. */
  static Message keyspaces() {
    RawType text = RawType.PRIMITIVES.get(DataType.VARCHAR);
    RowsBuilder rows =
        RowsBuilder.rows(
            Columns.of("system_schema", "keyspaces")
                .and("keyspace_name", DataType.VARCHAR)
                .and("durable_writes", DataType.BOOLEAN)
                .and("replication", new RawType.RawMap(text, text)));
    for (int i = 0; i < KEYSPACES; i++) {
      rows.row(
          Cells.text("ks" + i), Cells.bool(true), textMap(REPLICATION.get(i % REPLICATION.size())));
    }
    return rows.build();
  }

  private static ByteBuffer textMap(Map<String, String> map) {
    ByteBuffer cell = ByteBuffer.allocate(1024).putInt(map.size());
    map.forEach(
        (key, value) -> {
          for (String part : List.of(key, value)) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            cell.putInt(bytes.length).put(bytes);
          }
        });
    return cell.flip();
  }

  private static Map<String, String> replication(String strategy, String... options) {
    Map<String, String> replication = new TreeMap<>();
    replication.put("class", "org.apache.cassandra.locator." + strategy);
    for (int i = 0; i < options.length; i += 2) {
      replication.put(options[i], options[i + 1]);
    }
    return replication;
  }
}
