package io.peregrine.bench.rig;

import io.peregrine.BoundStatement;
import io.peregrine.Cluster;
import io.peregrine.Session;
import io.peregrine.testkit.cassandra.CassandraCluster;
import io.peregrine.testkit.cassandra.CassandraSpec;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.Map;

/** A Cassandra started for the rig, with its rows in it. Confined to the rig's thread. */
final class RealServer implements LoadedServer {
  private static final int HEAP_MEGABYTES = 1024;

  private final CassandraCluster cassandra =
      CassandraCluster.start(
          CassandraSpec.oneNode()
              .withHeapMegabytes(HEAP_MEGABYTES)
              .withJvmFlag("-Dcassandra.unsafesystem=true"));

  RealServer() {
    try (Cluster cluster = Cluster.builder().addContactPoint(cassandra.contactPoint()).build();
        Session session = cluster.connect()) {
      fill(session);
    } catch (RuntimeException e) {
      cassandra.close();
      throw e;
    }
  }

  @Override
  public Map<Shape, InetSocketAddress> addresses() {
    Map<Shape, InetSocketAddress> addresses = new EnumMap<>(Shape.class);
    for (Shape shape : Shape.values()) {
      addresses.put(shape, cassandra.contactPoint());
    }
    return addresses;
  }

  @Override
  public String dataCenter() {
    return CassandraSpec.DEFAULT_DATACENTER;
  }

  @Override
  public long pid() {
    return cassandra.node(0).pid();
  }

  @Override
  public void close() {
    cassandra.close();
  }

  private static void fill(Session session) {
    session.execute(
        "CREATE KEYSPACE "
            + Ticks.KEYSPACE
            + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
    session.execute(
        "CREATE TABLE "
            + Ticks.TABLE
            + " (id bigint, seq int, size int, ts bigint, price double, venue text,"
            + " PRIMARY KEY (id, seq))");
    BoundStatement insert =
        session
            .prepare(
                "INSERT INTO "
                    + Ticks.TABLE
                    + " (id, seq, size, ts, price, venue) VALUES (?, ?, ?, ?, ?, ?)")
            .bind();
    for (int key = 0; key < Ticks.SINGLE_ROWS; key++) {
      insert(session, insert, Shape.ROW.key(key), 0);
    }
    for (Shape shape : new Shape[] {Shape.PAGE, Shape.SCAN}) {
      for (int seq = 0; seq < shape.rows(); seq++) {
        insert(session, insert, shape.key(0), seq);
      }
    }
  }

  private static void insert(Session session, BoundStatement insert, long key, int seq) {
    insert.setLong(0, key).setInt(1, seq).setInt(2, Ticks.size(seq)).setLong(3, Ticks.ts(seq));
    insert.setDouble(4, Ticks.price(seq)).setString(5, Ticks.VENUE);
    session.execute(insert);
  }
}
