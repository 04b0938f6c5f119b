package io.peregrine.bench.rig;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * The process of one driver: runs workloads one after the other, and leaves a file of figures and a
 * histogram for each. The main thread is the application's thread.
 */
public final class LoadClient {
  /** What the data center of the server is called, for drivers that must be told. */
  static final String DATA_CENTER_PROP_NAME = "peers.dataCenter";

  private static final double NANOS_TO_MICROS = 1e3;

  /** Of load on its core, before it is measured. */
  private static final double SETTLING_SECONDS = 0.2;

  private final Pinning pinning = new Pinning();
  private final long pid = ProcessHandle.current().pid();
  private final Entrant entrant;
  private final ClientPlan plan;

  private LoadClient(ClientPlan plan) {
    this.plan = plan;
    this.entrant = plan.entrant();
  }

  /**
   * Runs.
   *
   * @param args as {@link ClientPlan#arguments} writes them
   * @throws Exception if a request fails, or an answer is wrong
   */
  public static void main(String[] args) throws Exception {
    Locale.setDefault(Locale.ROOT);
    new LoadClient(ClientPlan.of(args)).run();
    // Threads of a driver that are still ending must not keep the next one waiting.
    System.exit(0);
  }

  private void run() throws Exception {
    Driver.Plugin plugin = entrant.newPlugin();
    for (Workload workload : plan.workloads()) {
      System.gc();
      run(plugin, workload);
    }
  }

  private void run(Driver.Plugin plugin, Workload workload) throws Exception {
    Answers answers = new Answers(workload.shape().checksum());
    InetSocketAddress server = plan.servers().get(workload.shape());
    double rate = plan.capacity() * workload.percent() / 100;
    pinning.freeClient(pid);
    try (Driver driver = plugin.open(server, workload, answers)) {
      LoadGenerator generator = new LoadGenerator(driver, workload, answers, rate);
      double warm = generator.warmUp(plan.warmUpSeconds(), plan.mostWarmUpSeconds());
      System.out.printf("%s: warm after %.1f s%n", workload.id(), warm);
      pinning.pinClient(pid);
      LoadGenerator.Measured measured = generator.measure(SETTLING_SECONDS, plan.seconds());
      for (int again = 0; measured.meters().isCold() && again < plan.repetitions(); again++) {
        System.out.printf("%s: compiled while it was measured; again%n", workload.id());
        measured = generator.measure(SETTLING_SECONDS, plan.seconds());
      }
      write(Outcome.of(entrant, workload, plan.round(), rate, measured), measured.histogram());
    }
  }

  private void write(Outcome outcome, Histogram histogram) throws IOException {
    Path folder = plan.folder();
    Files.createDirectories(folder);
    try (PrintStream percentiles =
        new PrintStream(folder.resolve(outcome.fileName() + ".hgrm").toFile())) {
      histogram.outputPercentileDistribution(percentiles, NANOS_TO_MICROS);
    }
    try (PrintStream log = new PrintStream(folder.resolve(outcome.fileName() + ".hdr").toFile())) {
      HistogramLogWriter writer = new HistogramLogWriter(log);
      writer.outputLogFormatVersion();
      writer.outputComment("[" + outcome.fileName() + ", nanoseconds]");
      writer.outputLegend();
      histogram.setStartTimeStamp(0);
      histogram.setEndTimeStamp((long) (plan.seconds() * 1e3));
      histogram.setTag(outcome.entrant().id());
      writer.outputIntervalHistogram(histogram);
    }
    outcome.write(folder.resolve(outcome.fileName() + ".properties"));
  }
}
