package io.peregrine.bench.rig;

import com.datastax.oss.protocol.internal.Message;
import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import io.peregrine.testkit.server.CannedServer;
import io.peregrine.testkit.server.Cells;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.RowsBuilder;
import io.peregrine.testkit.server.ServerTls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The server under the load: one {@link CannedServer} for each shape of answer, each with a port
 * and a thread of its own, of which one is busy at a time. As a process it prints a line for each,
 * then waits for the end of its input.
 */
public final class RigServer implements AutoCloseable {
  /** The argument of one that speaks TLS. */
  static final String TLS = "tls";

  private final Map<Shape, CannedServer> servers = new EnumMap<>(Shape.class);

  /**
   * Starts to listen on free ports of 127.0.0.1.
   *
   * @param tls whether it speaks TLS
   */
  public RigServer(boolean tls) {
    for (Shape shape : Shape.values()) {
      servers.put(shape, start(shape, tls));
    }
  }

  /**
   * Runs until the input ends.
   *
   * @param args {@link #TLS}, or none
   * @throws IOException if the input cannot be read
   */
  public static void main(String[] args) throws IOException {
    try (RigServer server = new RigServer(List.of(args).contains(TLS))) {
      server.addresses().forEach(RigServer::print);
      System.out.println();
      while (System.in.read() >= 0) {
        // Whoever started this process closes its input, or ends.
      }
    }
  }

  /**
   * Where it listens.
   *
   * @return an address for each shape
   */
  public Map<Shape, InetSocketAddress> addresses() {
    Map<Shape, InetSocketAddress> addresses = new EnumMap<>(Shape.class);
    servers.forEach((shape, server) -> addresses.put(shape, server.address()));
    return addresses;
  }

  /** Closes all, and fails if a client broke the protocol. */
  @Override
  public void close() {
    servers.values().forEach(CannedServer::close);
    servers.values().forEach(CannedServer::assertNoViolations);
  }

  private static void print(Shape shape, InetSocketAddress address) {
    System.out.println(ClientPlan.serverArgument(shape, address));
  }

  private static CannedServer start(Shape shape, boolean tls) {
    CannedServer.Builder server = CannedServer.builder();
    if (tls) {
      server.tls(ServerTls.of("server"));
    }
    Columns key = columns().and("id", DataType.BIGINT);
    switch (shape) {
      case WRITE -> server.prepared(ticks(key), Columns.NONE, 0);
      case SCAN -> server.prepared(key, numbers(), 0).answer(rows(numbers(), shape));
      case ROW, PAGE ->
          server.prepared(key, ticks(columns()), 0).answer(rows(ticks(columns()), shape));
    }
    return server.start();
  }

  private static Columns columns() {
    return Columns.of(Ticks.KEYSPACE, "ticks");
  }

  private static Columns ticks(Columns columns) {
    return columns
        .and("size", DataType.INT)
        .and("ts", DataType.BIGINT)
        .and("price", DataType.DOUBLE)
        .and("venue", DataType.VARCHAR);
  }

  private static Columns numbers() {
    return columns()
        .and("seq", DataType.INT)
        .and("size", DataType.INT)
        .and("ts", DataType.BIGINT)
        .and("price", DataType.DOUBLE);
  }

  private static Message rows(Columns columns, Shape shape) {
    RowsBuilder rows = RowsBuilder.rows(columns);
    for (int seq = 0; seq < shape.rows(); seq++) {
      var size = Cells.int32(Ticks.size(seq));
      var ts = Cells.bigint(Ticks.ts(seq));
      var price = Cells.bigint(Double.doubleToLongBits(Ticks.price(seq)));
      if (shape == Shape.SCAN) {
        rows.row(Cells.int32(seq), size, ts, price);
      } else {
        rows.row(size, ts, price, Cells.text(Ticks.VENUE));
      }
    }
    return rows.buildWithoutMetadata();
  }
}
