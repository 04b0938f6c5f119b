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
    boolean first = true;
    for (Workload workload : plan.workloads()) {
      System.gc();
      run(plugin, workload, plan.warmUpSeconds() + (first ? plan.jitSeconds() : 0));
      first = false;
    }
  }

  private void run(Driver.Plugin plugin, Workload workload, double warmUpSeconds) throws Exception {
    Answers answers = new Answers(workload.shape().checksum());
    InetSocketAddress server = plan.servers().get(workload.shape());
    double rate = plan.capacity() * workload.percent() / 100;
    try (Driver driver = plugin.open(server, workload, answers)) {
      LoadGenerator generator = new LoadGenerator(driver, workload, answers, rate);
      LoadGenerator.Measured measured = generator.run(warmUpSeconds, plan.seconds());
      Outcome outcome = Outcome.of(entrant, workload, plan.round(), rate, measured);
      write(outcome, measured.histogram());
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
