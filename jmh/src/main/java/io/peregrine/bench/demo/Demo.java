package io.peregrine.bench.demo;

import io.peregrine.Cluster;
import io.peregrine.Session;
import io.peregrine.codec.DriverException;
import io.peregrine.testkit.cassandra.CassandraCluster;
import io.peregrine.testkit.cassandra.CassandraServer;
import io.peregrine.testkit.cassandra.CassandraSpec;
import io.peregrine.testkit.cassandra.SharedCassandra;
import java.time.Duration;
import java.util.Locale;

/**
 * Writes 100,000 ticks to a real Cassandra, reads them back, and says what it cost. Ends with
 * status 0 if every tick came back as it was written, else with 1. The main thread is the
 * application thread.
 *
 * <p>The server is started for the demo, unless {@code -Dcassandra.contactPoint=host:port} names
 * one. {@code -Ddemo.keyspace} names the keyspace to make there, and {@code -Ddemo.keep=true}
 * leaves it when the demo ends.
 */
public final class Demo {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** A busy machine shall make the demo slow, not fail. */
  private static final CassandraSpec PATIENT_NODE =
      CassandraSpec.oneNode()
          .withSetting("write_request_timeout", PATIENCE.toSeconds() + "s")
          .withSetting("read_request_timeout", PATIENCE.toSeconds() + "s")
          .withJvmFlag("-Dcassandra.unsafesystem=true");

  private final Report report = new Report(System.out);
  private final TickTape tape = new TickTape();
  private final String keyspace = property("demo.keyspace", "market");
  private final boolean keep = Boolean.parseBoolean(property("demo.keep", "false"));
  private final boolean isOwnServer =
      property(SharedCassandra.CONTACT_POINT_PROP_NAME, "").isEmpty();

  private final boolean isForked =
      property(SharedCassandra.BACKEND_PROP_NAME, SharedCassandra.FORKED_BACKEND)
          .equals(SharedCassandra.FORKED_BACKEND);

  private Demo() {}

  /**
   * Runs the demo.
   *
   * @param args none
   */
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT);
    int status = 1;
    try {
      new Demo().run();
      status = 0;
    } catch (DemoFailedException | DriverException | IllegalStateException e) {
      System.out.println();
      System.out.println("The demo failed: " + e.getMessage());
    }
    System.exit(status);
  }

  private void run() {
    try (CassandraServer server = startServer();
        Cluster cluster =
            Cluster.builder()
                .addContactPoint(server.contactPoint())
                .requestTimeout(PATIENCE)
                .build();
        Session session = cluster.connect();
        Market market = Market.open(session, keyspace, keep || isOwnServer)) {
      Thread application = Thread.currentThread();
      Thread stopping = new Thread(() -> stop(application, market), "demo-stop");
      Runtime.getRuntime().addShutdownHook(stopping);
      show(session, market);
      Runtime.getRuntime().removeShutdownHook(stopping);
    }
  }

  /** Ctrl-C: no more requests, and the keyspace goes before the process does. */
  private static void stop(Thread application, Market market) {
    application.interrupt();
    market.close();
  }

  private CassandraServer startServer() {
    long begin = System.nanoTime();
    report.line(
        isOwnServer
            ? "Starting Cassandra: a process of its own, a fresh and empty node ..."
            : "Using the Cassandra that is there.");
    CassandraServer server =
        isOwnServer && isForked ? CassandraCluster.start(PATIENT_NODE) : SharedCassandra.server();
    report.line(
        "Cassandra is at %s after %.1f s",
        server.contactPoint(), (System.nanoTime() - begin) / 1e9);
    return server;
  }

  private void show(Session session, Market market) {
    report.line("");
    TickWriter writer = new TickWriter(session, market, tape);
    long writing = Progress.during("writing", TickTape.TICKS, writer.answers()::count, writer::run);
    TickReader reader = new TickReader(session, market);
    long reading = Progress.during("reading", TickTape.TICKS, reader::rows, reader::run);
    PacedLoad writes = PacedLoad.ofWrites(session, market, tape);
    pace("paced writes", writes);
    PacedLoad reads = PacedLoad.ofReads(session, market, tape);
    pace("paced reads", reads);

    report.rows(session, market);
    report.throughput(writing, reading);
    report.latencies(writes, reads);
    conclude(writer, reader);
  }

  private static void pace(String phase, PacedLoad load) {
    Progress.during(phase, PacedLoad.REQUESTS, load.answers()::count, load::run);
  }

  private void conclude(TickWriter writer, TickReader reader) {
    long written = writer.answers().answered();
    boolean isSame = writer.checksum() == reader.checksum();
    String verdict =
        String.format(
            "%,d written, %,d read, checksum %s", written, reader.rows(), isSame ? "ok" : "wrong");
    if (written != TickTape.TICKS || reader.rows() != TickTape.TICKS || !isSame) {
      throw new DemoFailedException(verdict);
    }
    report.line("");
    report.line("%s", verdict);
  }

  private static String property(String name, String otherwise) {
    String value = System.getProperty(name, "");
    return value.isEmpty() ? otherwise : value;
  }
}
