package io.peregrine.conductor;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.row.ColumnDefinitions;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.io.Connection;
import io.peregrine.metadata.TokenTexts;
import io.peregrine.policy.AddressTranslator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a node who is in the cluster: itself in {@code system.local}, the others in {@code
 * system.peers_v2}, or {@code system.peers} where that does not exist. Rows that make no sense are
 * left out, and logged once. Confined to the conductor's thread.
 */
final class TopologyReader {
  private static final Logger LOG = LoggerFactory.getLogger(TopologyReader.class);
  private static final int MOST_COMPLAINTS = 1000;
  private static final int MOST_UNFINISHED = 1000;
  private static final int LONGEST_COMPLAINT = 500;
  private static final int HIGHEST_PORT = 0xFFFF;

  /** Ten times what the largest clusters have. Each node costs memory, attempts and timers. */
  private static final int MOST_NODES = 10_000;

  /** With 256 tokens a node takes some 6 KB, which a selector thread has to copy. */
  private static final int NODES_PER_PAGE = 10;

  private static final String TOKENS = "tokens";
  private static final String LOCAL = "system.local WHERE key='local'";
  private static final String PEERS_V2 = "system.peers_v2";
  private static final String PEERS = "system.peers";
  private static final String WITHOUT_TOKENS = "host_id, data_center, rack, release_version";

  private final ClusterConductor conductor;
  private final TopologyTranslation translation;
  private final int port;
  private final long timeoutNanos;
  private final Set<String> complaints = new HashSet<>();

  /**
   * @param port the CQL port of nodes that do not tell theirs
   * @param timeoutNanos how long each query may take, in ns
   */
  TopologyReader(
      ClusterConductor conductor,
      BlockingCalls calls,
      AddressTranslator translator,
      int port,
      long timeoutNanos) {
    this.conductor = conductor;
    this.translation = new TopologyTranslation(conductor, calls, translator, timeoutNanos);
    this.port = port;
    this.timeoutNanos = timeoutNanos;
  }

  /**
   * Reads the tables.
   *
   * @param connection the node to ask
   * @param tokens whether to ask for tokens too, which are most of the answer
   * @return who is in the cluster; fails if the node does not even know itself
   */
  CompletableFuture<Topology> read(Connection connection, boolean tokens) {
    CompletableFuture<List<Map<String, @Nullable Object>>> local =
        ask(
            connection,
            tokens
                ? "SELECT * FROM " + LOCAL
                : "SELECT "
                    + WITHOUT_TOKENS
                    + ", schema_version, cluster_name, partitioner FROM "
                    + LOCAL);
    return peers(connection, tokens)
        .thenCombine(local, (others, self) -> untranslated(connection, tokens, self, others))
        .thenCompose(found -> translation.translated(found, connection))
        .thenApply(this::checked);
  }

  private CompletableFuture<List<Map<String, @Nullable Object>>> peers(
      Connection connection, boolean tokens) {
    String columns =
        tokens
            ? "*"
            : WITHOUT_TOKENS + ", schema_version, peer, peer_port, native_address, native_port";
    String olderColumns = tokens ? "*" : WITHOUT_TOKENS + ", schema_version, peer, rpc_address";
    return ask(connection, "SELECT " + columns + " FROM " + PEERS_V2)
        .handle(
            (rows, error) ->
                error instanceof RefusedQueryException refused
                        && refused.saysThatThereIsNoSuchThing()
                    ? ask(connection, "SELECT " + olderColumns + " FROM " + PEERS)
                    : error == null
                        ? CompletableFuture.completedFuture(rows)
                        : CompletableFuture.<List<Map<String, @Nullable Object>>>failedFuture(
                            error))
        .thenCompose(rows -> rows);
  }

  private CompletableFuture<List<Map<String, @Nullable Object>>> ask(
      Connection connection, String text) {
    return ConductorRequest.query(
        conductor, connection, text, NODES_PER_PAGE, this::cell, timeoutNanos);
  }

  private Topology untranslated(
      Connection connection,
      boolean tokens,
      List<Map<String, @Nullable Object>> local,
      List<Map<String, @Nullable Object>> peers) {
    InetSocketAddress asked = connection.remoteAddress();
    if (local.isEmpty()) {
      throw new DriverException(
          asked + " has no row in system.local, so it tells neither its host_id nor its cluster");
    }
    Map<String, @Nullable Object> self = local.get(0);
    List<Topology.Member> members = new ArrayList<>();
    Set<Object> unfinished = new HashSet<>();
    add(members, unfinished, self, told(self, asked), asked);
    for (Map<String, @Nullable Object> row : peers) {
      if (members.size() == MOST_NODES) {
        complain("A cluster of more than 10,000 nodes; those beyond are left out: {}", asked);
        break;
      }
      InetSocketAddress told = address(row);
      add(members, unfinished, row, told, told);
    }
    return new Topology(
        text(self, "cluster_name"),
        text(self, "partitioner"),
        tokens,
        members,
        Set.copyOf(unfinished));
  }

  private void add(
      List<Topology.Member> members,
      Set<Object> unfinished,
      Map<String, @Nullable Object> row,
      @Nullable InetSocketAddress told,
      @Nullable InetSocketAddress address) {
    if (!(row.get("host_id") instanceof UUID hostId)) {
      complain("A node without a host_id is left out: {}", brief(row));
      leaveOut(unfinished, row, told);
    } else if (told == null || address == null) {
      complain("A node without an address is left out: {}", brief(row));
    } else if (row.containsKey(TOKENS) && tokens(row).isEmpty() && !members.isEmpty()) {
      complain("A node without tokens is left out: {}", brief(row));
      leaveOut(unfinished, row, told);
    } else {
      members.add(
          new Topology.Member(
              hostId,
              told,
              new ClusterNode.Details(
                  address,
                  text(row, "data_center"),
                  text(row, "rack"),
                  text(row, "release_version"),
                  NodeTraits.of(row)),
              tokens(row),
              row.get("schema_version") instanceof UUID version ? version : null));
    }
    conductor.pace().did(tokens(row).size());
  }

  private static void leaveOut(
      Set<Object> unfinished, Map<String, @Nullable Object> row, @Nullable InetSocketAddress told) {
    if (unfinished.size() < MOST_UNFINISHED) {
      unfinished.add(told == null ? brief(row) : told);
    }
  }

  private Topology checked(Topology found) {
    Map<UUID, Topology.Member> members = new LinkedHashMap<>();
    Map<InetSocketAddress, Topology.Member> addresses = new LinkedHashMap<>();
    for (Topology.Member member : found.members()) {
      InetSocketAddress address = member.details().address();
      Topology.Member sameId = members.get(member.hostId());
      Topology.Member sameAddress = addresses.get(address);
      if (sameId != null) {
        complain(
            "Two nodes have one host id, of which the second is left out: {}",
            member.hostId() + " at " + sameId.details().address() + " and " + address);
      } else if (sameAddress != null) {
        complain(
            "Two nodes have one address, of which the second is left out: {}",
            address + ", " + sameAddress.hostId() + " and " + member.hostId());
      } else {
        members.put(member.hostId(), member);
        addresses.put(address, member);
      }
      conductor.pace().did(member.tokens().size());
    }
    if (members.isEmpty()) {
      throw new DriverException(
          "The node that was asked tells neither its own host_id in system.local nor that of"
              + " another node");
    }
    return found.of(List.copyOf(members.values()));
  }

  private void complain(String what, Object which) {
    if (complaints.size() < MOST_COMPLAINTS && complaints.add(what + which)) {
      LOG.warn(what, which);
    }
  }

  private static String brief(Map<String, @Nullable Object> row) {
    Map<String, @Nullable Object> brief = new LinkedHashMap<>(row);
    brief.remove(TOKENS);
    String text = brief.toString();
    return text.length() > LONGEST_COMPLAINT ? text.substring(0, LONGEST_COMPLAINT) : text;
  }

  /** What events of the node that is asked have: that need not be where this client asks it. */
  private static InetSocketAddress told(
      Map<String, @Nullable Object> self, InetSocketAddress asked) {
    InetAddress address = usable(self.get("rpc_address"));
    return address != null && self.get("rpc_port") instanceof Integer port && isPort(port)
        ? new InetSocketAddress(address, port)
        : address == null ? asked : new InetSocketAddress(address, asked.getPort());
  }

  /** Where a node of a row takes requests, or null if it does not tell. */
  private @Nullable InetSocketAddress address(Map<String, @Nullable Object> row) {
    InetAddress nativeAddress = usable(row.get("native_address"));
    if (nativeAddress != null) {
      int told = row.get("native_port") instanceof Integer itsOwn ? itsOwn : port;
      return isPort(told) ? new InetSocketAddress(nativeAddress, told) : null;
    }
    InetAddress address = usable(row.get("rpc_address"));
    if (address == null) {
      address = usable(row.get("peer"));
    }
    return address == null ? null : new InetSocketAddress(address, port);
  }

  private static boolean isPort(int told) {
    return told > 0 && told <= HIGHEST_PORT;
  }

  /** An address that is bound to all interfaces is no address to connect to. */
  private static @Nullable InetAddress usable(@Nullable Object value) {
    return value instanceof InetAddress address && !address.isAnyLocalAddress() ? address : null;
  }

  /** A string for each token would be most of the garbage. */
  private @Nullable Object cell(RowCursor row, int column) {
    ColumnDefinitions columns = row.columnDefinitions();
    if (!columns.name(column).equals(TOKENS) || !isTexts(columns.type(column))) {
      return row.getObject(column);
    }
    if (row.isNull(column)) {
      return null;
    }
    return new TokenTexts(
        row.buffer(), row.valueOffset(column), row.valueLength(column), conductor.pace());
  }

  private static boolean isTexts(DataType type) {
    DataType element =
        type instanceof DataType.SetType set
            ? set.element()
            : type instanceof DataType.ListType list ? list.element() : type;
    return element != type
        && (element == DataType.Primitive.VARCHAR || element == DataType.Primitive.ASCII);
  }

  private static TokenTexts tokens(Map<String, @Nullable Object> row) {
    return row.get(TOKENS) instanceof TokenTexts told ? told : TokenTexts.NONE;
  }

  private static String text(Map<String, @Nullable Object> row, String column) {
    return row.get(column) instanceof String value ? value : "";
  }
}
