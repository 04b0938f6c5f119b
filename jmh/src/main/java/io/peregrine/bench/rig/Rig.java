package io.peregrine.bench.rig;

import io.peregrine.testkit.server.TestStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Runs every driver through every workload, round after round, and reports. Ends with status 1 if a
 * driver failed. One thread; it does nothing while something is measured.
 */
public final class Rig {
  private final RigOptions options;
  private final Pinning pinning = new Pinning();
  private final List<String> failures = new ArrayList<>();

  private Rig(RigOptions options) {
    this.options = options;
  }

  /**
   * Runs.
   *
   * @param args none; {@link RigOptions} says which properties there are
   * @throws Exception if the server cannot be started, or the reports cannot be written
   */
  public static void main(String[] args) throws Exception {
    Locale.setDefault(Locale.ROOT);
    Rig rig = new Rig(RigOptions.ofSystemProperties());
    if (!rig.options.reportOnly()) {
      rig.measure();
    }
    rig.report();
    rig.failures.forEach(System.out::println);
    System.exit(rig.failures.isEmpty() ? 0 : 1);
  }

  private void measure() throws IOException, InterruptedException {
    long begin = System.nanoTime();
    forgetOldRuns();
    Conditions.now(options, pinning.works()).write(options.output());
    if (!pinning.works()) {
      print("taskset is missing, or there are less than two cores: nothing is pinned");
    }
    if (options.tls()) {
      TestStores.copy("authority", options.trustStore());
    }
    try (LoadedServer server = start()) {
      double capacity = capacity(server);
      for (int round = 1; round <= options.rounds(); round++) {
        measureRound(server, round, capacity);
      }
    }
    print("measured in %.1f minutes", (System.nanoTime() - begin) / 60e9);
  }

  private LoadedServer start() throws IOException {
    return options.realCassandra()
        ? new RealServer()
        : LoadedServer.scripted(options.jvmFlags(), options.tls());
  }

  private void measureRound(LoadedServer server, int round, double capacity)
      throws IOException, InterruptedException {
    for (boolean sharesCore : new boolean[] {true, false}) {
      List<Workload> workloads =
          options.workloads().stream()
              .filter(workload -> workload.sharesCore() == sharesCore)
              .toList();
      if (workloads.isEmpty()) {
        continue;
      }
      pinning.moveServer(server.pid(), sharesCore);
      // There and back again, so that no driver is always the first after another.
      List<Entrant> entrants = new ArrayList<>(options.entrants());
      if (round % 2 == 0) {
        Collections.reverse(entrants);
      }
      for (Entrant entrant : entrants) {
        print(
            "round %d of %d, %s: %s",
            round,
            options.rounds(),
            sharesCore ? "one after the other" : "many in flight, and by the clock",
            entrant.title());
        run(plan(server, entrant, workloads, round, capacity), server);
      }
    }
  }

  private void run(ClientPlan plan, LoadedServer server) throws InterruptedException {
    try {
      new ClientProcess(options, pinning).run(plan, server.dataCenter());
    } catch (IOException e) {
      failures.add("FAILED " + e.getMessage());
      print("%s", e.getMessage());
    }
  }

  /** What the best of the other drivers can, 128 in flight: 100 % of the open loops. */
  private double capacity(LoadedServer server) throws IOException, InterruptedException {
    if (options.workloads().stream().noneMatch(workload -> workload.percent() > 0)) {
      return 0;
    }
    pinning.moveServer(server.pid(), false);
    List<Entrant> entrants =
        options.entrants().stream().filter(entrant -> entrant.kind() == Entrant.Kind.PEER).toList();
    double best = 0;
    for (Entrant entrant : entrants.isEmpty() ? options.entrants() : entrants) {
      ClientPlan plan = plan(server, entrant, List.of(Workload.READ_128), 0, 0);
      run(plan, server);
      Path file =
          plan.folder().resolve(Workload.READ_128.id() + "." + entrant.id() + ".0.properties");
      if (Files.exists(file)) {
        best = Math.max(best, Outcome.read(file).throughput());
      }
    }
    if (best == 0) {
      throw new IOException("no driver's capacity could be measured");
    }
    print("the best peer's capacity, 128 in flight: %,.0f requests/s", best);
    return best;
  }

  private ClientPlan plan(
      LoadedServer server, Entrant entrant, List<Workload> workloads, int round, double capacity) {
    return new ClientPlan(
        entrant,
        workloads,
        round,
        options.warmUpSeconds(),
        options.mostWarmUpSeconds(),
        options.seconds(),
        options.repetitions(),
        capacity,
        options.runs().toAbsolutePath(),
        server.addresses());
  }

  private void report() throws IOException {
    List<Outcome> outcomes = new ArrayList<>();
    for (Path file : filesOf(options.runs())) {
      if (file.toString().endsWith(".properties") && !file.toString().endsWith(".0.properties")) {
        outcomes.add(Outcome.read(file));
      }
    }
    Reports.write(new Summary(outcomes), options, Conditions.read(options.output()));
  }

  private void forgetOldRuns() throws IOException {
    for (Path file : filesOf(options.runs())) {
      if (file.toString().matches(".*\\.\\d+\\.(properties|hdr|hgrm)")) {
        Files.delete(file);
      }
    }
  }

  private static List<Path> filesOf(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static void print(String format, Object... values) {
    System.out.printf(format + "%n", values);
  }
}
