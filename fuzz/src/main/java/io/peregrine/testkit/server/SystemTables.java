package io.peregrine.testkit.server;

import com.datastax.oss.protocol.internal.Message;
import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.ProtocolConstants.ErrorCode;
import com.datastax.oss.protocol.internal.request.Query;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.result.RawType;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code system.local}, {@code system.peers} and {@code system.peers_v2} out of a table of nodes,
 * and empty {@code system_schema} tables. Thread-safe if its suppliers are.
 *
 * <p>Knows a list of columns or {@code *}, and {@code WHERE} with literals for the peer's address
 * and port; bound values are not looked at. Nodes come in pages of as many as were asked for.
 */
final class SystemTables {
  private static final Pattern SELECT =
      Pattern.compile(
          "\\s*SELECT\\s+(?:JSON\\s+)?(.+?)\\s+FROM\\s+(system\\w*)\\s*\\.\\s*(\\w+)(.*)",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern PEER =
      Pattern.compile("\\bpeer\\s*=\\s*'([^']*)'", Pattern.CASE_INSENSITIVE);
  private static final Pattern PEER_PORT =
      Pattern.compile("\\bpeer_port\\s*=\\s*(\\d+)", Pattern.CASE_INSENSITIVE);
  private static final int STORAGE_PORT = 7000;

  private final Supplier<NodeInfo> local;
  private final Supplier<List<NodeInfo>> peers;
  private final String clusterName;
  private final String releaseVersion;
  private final boolean peersV2;
  private final Map<String, Column> localColumns = new LinkedHashMap<>();
  private final Map<String, Column> peersColumns = new LinkedHashMap<>();
  private final Map<String, Column> peersV2Columns = new LinkedHashMap<>();

  private record Column(RawType type, Function<NodeInfo, @Nullable ByteBuffer> cell) {}

  SystemTables(
      Supplier<NodeInfo> local,
      Supplier<List<NodeInfo>> peers,
      String clusterName,
      String releaseVersion,
      boolean peersV2) {
    this.local = local;
    this.peers = peers;
    this.clusterName = clusterName;
    this.releaseVersion = releaseVersion;
    this.peersV2 = peersV2;
    fillLocal();
    fillPeers();
    fillPeersV2();
  }

  /** The answer to a query of a system table; null if it is about something else. */
  @Nullable Message answer(Query query) {
    Matcher select = SELECT.matcher(query.query);
    if (!select.matches()) {
      return null;
    }
    String selection = select.group(1);
    String table = (select.group(2) + "." + select.group(3)).toLowerCase(java.util.Locale.ROOT);
    return switch (table) {
      case "system.local" -> rows(query, selection, "local", localColumns, List.of(local.get()));
      case "system.peers" ->
          rows(query, selection, "peers", peersColumns, selected(select.group(4)));
      case "system.peers_v2" ->
          peersV2
              ? rows(query, selection, "peers_v2", peersV2Columns, selected(select.group(4)))
              : new Error(ErrorCode.INVALID, "unconfigured table peers_v2");
      default -> emptyTable(query, selection, select.group(2), select.group(3));
    };
  }

  private List<NodeInfo> selected(String where) {
    Matcher peer = PEER.matcher(where);
    Matcher port = PEER_PORT.matcher(where);
    String address = peer.find() ? peer.group(1) : null;
    boolean otherPort = port.find() && Integer.parseInt(port.group(1)) != STORAGE_PORT;
    return peers.get().stream()
        .filter(node -> address == null || host(node).equals(address))
        .filter(node -> !otherPort)
        .toList();
  }

  private static Message rows(
      Query query,
      String selection,
      String table,
      Map<String, Column> columns,
      List<NodeInfo> nodes) {
    List<String> names =
        selection.equals("*")
            ? List.copyOf(columns.keySet())
            : Arrays.stream(selection.split(",")).map(String::strip).toList();
    Columns header = Columns.of("system", table);
    for (String name : names) {
      Column column = columns.get(name);
      if (column == null) {
        return new Error(
            ErrorCode.INVALID, "Undefined column name " + name + " in table system." + table);
      }
      header = header.and(name, column.type());
    }
    RowsBuilder rows = RowsBuilder.rows(header);
    ByteBuffer state = query.options.pagingState;
    int from = state == null ? 0 : state.getInt(state.position());
    int pageSize = query.options.pageSize;
    int to = pageSize > 0 && pageSize < nodes.size() - from ? from + pageSize : nodes.size();
    if (to < nodes.size()) {
      rows.pagingState(ByteBuffer.allocate(Integer.BYTES).putInt(0, to).array());
    }
    for (NodeInfo node : nodes.subList(from, to)) {
      List<@Nullable ByteBuffer> cells = new ArrayList<>();
      for (String name : names) {
        cells.add(columns.get(name).cell().apply(node));
      }
      rows.row(cells.toArray(ByteBuffer[]::new));
    }
    return rows.buildFor(query);
  }

  private static Message emptyTable(Query query, String selection, String keyspace, String table) {
    Columns header = Columns.of(keyspace, table);
    String names = selection.equals("*") ? "keyspace_name" : selection;
    for (String name : names.split(",")) {
      header = header.and(name.strip(), DataType.VARCHAR);
    }
    return RowsBuilder.rows(header).buildFor(query);
  }

  private void fillLocal() {
    Map<String, Column> columns = localColumns;
    text(columns, "key", node -> "local");
    text(columns, "bootstrapped", node -> "COMPLETED");
    inet(columns, "broadcast_address");
    number(columns, "broadcast_port", node -> STORAGE_PORT);
    text(columns, "cluster_name", node -> clusterName);
    text(columns, "cql_version", node -> "3.4.7");
    text(columns, "data_center", NodeInfo::dataCenter);
    columns.put("host_id", uuidColumn(NodeInfo::hostId));
    inet(columns, "listen_address");
    number(columns, "listen_port", node -> STORAGE_PORT);
    text(columns, "native_protocol_version", node -> "5");
    text(columns, "partitioner", node -> "org.apache.cassandra.dht.Murmur3Partitioner");
    text(columns, "rack", NodeInfo::rack);
    text(columns, "release_version", node -> releaseVersion);
    inet(columns, "rpc_address");
    number(columns, "rpc_port", node -> node.address().getPort());
    columns.put("schema_version", uuidColumn(NodeInfo::schemaVersion));
    columns.put("tokens", new Column(Cells.setOfText(), node -> Cells.texts(node.tokens())));
  }

  private void fillPeers() {
    Map<String, Column> columns = peersColumns;
    inet(columns, "peer");
    text(columns, "data_center", NodeInfo::dataCenter);
    columns.put("host_id", uuidColumn(NodeInfo::hostId));
    columns.put("preferred_ip", new Column(primitive(DataType.INET), node -> null));
    text(columns, "rack", NodeInfo::rack);
    text(columns, "release_version", node -> releaseVersion);
    inet(columns, "rpc_address");
    columns.put("schema_version", uuidColumn(NodeInfo::schemaVersion));
    columns.put("tokens", new Column(Cells.setOfText(), node -> Cells.texts(node.tokens())));
  }

  private void fillPeersV2() {
    Map<String, Column> columns = peersV2Columns;
    inet(columns, "peer");
    number(columns, "peer_port", node -> STORAGE_PORT);
    text(columns, "data_center", NodeInfo::dataCenter);
    columns.put("host_id", uuidColumn(NodeInfo::hostId));
    inet(columns, "native_address");
    number(columns, "native_port", node -> node.address().getPort());
    columns.put("preferred_ip", new Column(primitive(DataType.INET), node -> null));
    columns.put("preferred_port", new Column(primitive(DataType.INT), node -> null));
    text(columns, "rack", NodeInfo::rack);
    text(columns, "release_version", node -> releaseVersion);
    columns.put("schema_version", uuidColumn(NodeInfo::schemaVersion));
    columns.put("tokens", new Column(Cells.setOfText(), node -> Cells.texts(node.tokens())));
  }

  private static void text(
      Map<String, Column> columns, String name, Function<NodeInfo, String> value) {
    columns.put(
        name, new Column(primitive(DataType.VARCHAR), node -> Cells.text(value.apply(node))));
  }

  private static void number(
      Map<String, Column> columns, String name, Function<NodeInfo, Integer> value) {
    columns.put(name, new Column(primitive(DataType.INT), node -> Cells.int32(value.apply(node))));
  }

  private static void inet(Map<String, Column> columns, String name) {
    columns.put(
        name,
        new Column(primitive(DataType.INET), node -> Cells.inet(node.address().getAddress())));
  }

  private static Column uuidColumn(Function<NodeInfo, java.util.UUID> value) {
    return new Column(primitive(DataType.UUID), node -> Cells.uuid(value.apply(node)));
  }

  private static RawType primitive(int code) {
    return RawType.PRIMITIVES.get(code);
  }

  private static String host(NodeInfo node) {
    InetSocketAddress address = node.address();
    return address.getAddress().getHostAddress();
  }
}
