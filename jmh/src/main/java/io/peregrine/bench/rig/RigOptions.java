package io.peregrine.bench.rig;

import java.nio.file.Path;
import java.util.List;

/**
 * What the rig is to do, from system properties. Immutable.
 *
 * @param entrants the drivers: {@code peers.drivers}
 * @param workloads the workloads: {@code peers.workloads}
 * @param rounds how often: {@code peers.rounds}
 * @param warmUpSeconds how long each workload warms up, at least: {@code peers.warmup}
 * @param mostWarmUpSeconds how long it does while the JVM still compiles: {@code peers.mostWarmup}
 * @param seconds how long each is measured: {@code peers.seconds}
 * @param repetitions how often to measure again what the JVM's compiler has disturbed, at most
 * @param quick whether all is so short that nothing is measured: {@code peers.quick}
 * @param realCassandra whether the server is a real one: {@code peers.server=cassandra}
 * @param tls whether all is encrypted: {@code peers.tls}
 * @param reportOnly whether to report again what was measured before: {@code peers.report}
 * @param output where everything goes: {@code peers.output}
 * @param peers where the class paths of the other drivers are: {@code peers.classpaths}
 * @param jvmFlags of every client and of the scripted server: {@code peers.jvmFlags}
 */
record RigOptions(
    List<Entrant> entrants,
    List<Workload> workloads,
    int rounds,
    double warmUpSeconds,
    double mostWarmUpSeconds,
    double seconds,
    int repetitions,
    boolean quick,
    boolean realCassandra,
    boolean tls,
    boolean reportOnly,
    Path output,
    Path peers,
    List<String> jvmFlags) {
  private static final int MOST_REPETITIONS = 3;

  /** Where the figures of single runs are. */
  Path runs() {
    return output.resolve("runs");
  }

  /** Whom clients trust, for {@link RigTls}. */
  Path trustStore() {
    return output.toAbsolutePath().resolve("authority.p12");
  }

  static RigOptions ofSystemProperties() {
    boolean quick = flag("peers.quick");
    String server = property("peers.server", "scripted");
    if (!server.equals("scripted") && !server.equals("cassandra")) {
      throw new IllegalArgumentException("peers.server=" + server + "; scripted or cassandra");
    }
    boolean tls = flag("peers.tls");
    if (tls && server.equals("cassandra")) {
      throw new IllegalArgumentException("peers.tls is for peers.server=scripted only");
    }
    return new RigOptions(
        Entrant.of(property("peers.drivers", "")),
        Workload.of(property("peers.workloads", "")),
        (int) number("peers.rounds", quick ? 1 : 3),
        number("peers.warmup", 0.4),
        number("peers.mostWarmup", quick ? 0.4 : 15),
        number("peers.seconds", quick ? 0.3 : 2.5),
        quick ? 0 : MOST_REPETITIONS,
        quick,
        server.equals("cassandra"),
        tls,
        flag("peers.report"),
        Path.of(property("peers.output", "target/peers")),
        Path.of(property("peers.classpaths", "peers")),
        List.of(property("peers.jvmFlags", "-Xmx1g").trim().split("\\s+")));
  }

  private static boolean flag(String name) {
    String value = System.getProperty(name);
    return value != null && !value.equals("false");
  }

  private static double number(String name, double otherwise) {
    String value = property(name, "");
    double number = value.isEmpty() ? otherwise : Double.parseDouble(value);
    if (!(number > 0)) {
      throw new IllegalArgumentException(name + "=" + value + "; more than 0 is possible");
    }
    return number;
  }

  private static String property(String name, String otherwise) {
    String value = System.getProperty(name, "");
    return value.isEmpty() ? otherwise : value;
  }
}
