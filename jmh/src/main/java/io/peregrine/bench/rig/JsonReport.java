package io.peregrine.bench.rig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;

/**
 * All rounds, their medians, and the latency curves over all rounds, as JSON. Stateless: any thread
 * may use it.
 */
final class JsonReport {
  /** Where the curves are drawn. */
  private static final double[] CURVE = {
    0, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.95, 99.99, 99.999, 100
  };

  private static final double MICRO = 1e3;

  private JsonReport() {}

  static String of(Summary summary, Conditions conditions, Path runs) throws IOException {
    StringBuilder json = new StringBuilder("{\n\"rounds\": ").append(summary.rounds());
    json.append(",\n\"conditions\": \"").append(conditions.describe().replace("**", ""));
    json.append("\",\n\"percentiles\": ").append(array(CURVE)).append(",\n\"workloads\": [");
    String comma = "\n";
    for (Workload workload : summary.workloads()) {
      json.append(comma).append("{\"id\": \"").append(workload.id());
      json.append("\", \"title\": \"").append(workload.title()).append("\", \"drivers\": [");
      appendDrivers(json, summary, workload, runs);
      json.append("\n]}");
      comma = ",\n";
    }
    return json.append("\n]\n}\n").toString();
  }

  private static void appendDrivers(
      StringBuilder json, Summary summary, Workload workload, Path runs) throws IOException {
    String comma = "\n";
    for (Entrant entrant : summary.entrants()) {
      List<Outcome> rounds = summary.rounds(workload, entrant);
      if (rounds.isEmpty()) {
        continue;
      }
      json.append(comma).append("  {\"id\": \"").append(entrant.id());
      json.append("\", \"title\": \"").append(entrant.title());
      json.append("\", \"kind\": \"").append(entrant.kind()).append("\",\n   \"offered\": ");
      json.append(rounds.get(0).offered()).append(", \"cold\": ");
      json.append(summary.cold(workload).contains(entrant)).append(",\n   \"metrics\": {");
      appendMetrics(json, summary, workload, entrant);
      json.append("},\n   \"curveMicros\": ").append(array(curve(rounds, runs))).append('}');
      comma = ",\n";
    }
  }

  private static void appendMetrics(
      StringBuilder json, Summary summary, Workload workload, Entrant entrant) {
    String comma = "\n";
    for (Metric metric : Metric.values()) {
      Summary.Spread spread = summary.spread(workload, entrant, metric).orElseThrow();
      double[] rounds =
          summary.rounds(workload, entrant).stream().mapToDouble(metric::of).toArray();
      json.append(comma).append("     \"").append(metric.id()).append("\": {\"median\": ");
      json.append(spread.median()).append(", \"min\": ").append(spread.min());
      json.append(", \"max\": ").append(spread.max());
      appendRatio(json, "toFloor", summary.toFloor(workload, entrant, metric));
      appendRatio(json, "toBestPeer", summary.toBestPeer(workload, entrant, metric));
      json.append(", \"rounds\": ").append(array(rounds)).append('}');
      comma = ",\n";
    }
  }

  private static void appendRatio(StringBuilder json, String name, Optional<Double> ratio) {
    ratio.ifPresent(value -> json.append(", \"").append(name).append("\": ").append(value));
  }

  /** The times of all rounds together, in microseconds. */
  private static double[] curve(List<Outcome> rounds, Path runs) throws IOException {
    Histogram all = Answers.newHistogram();
    for (Outcome outcome : rounds) {
      Path log = runs.resolve(outcome.fileName() + ".hdr");
      if (Files.exists(log)) {
        addLog(all, log);
      }
    }
    double[] curve = new double[CURVE.length];
    for (int i = 0; i < CURVE.length; i++) {
      curve[i] = all.getValueAtPercentile(CURVE[i]) / MICRO;
    }
    return curve;
  }

  private static void addLog(Histogram all, Path log) throws IOException {
    try (HistogramLogReader reader = new HistogramLogReader(log.toFile())) {
      for (EncodableHistogram next = reader.nextIntervalHistogram();
          next != null;
          next = reader.nextIntervalHistogram()) {
        all.add((Histogram) next);
      }
    }
  }

  private static String array(double... values) {
    StringBuilder json = new StringBuilder("[");
    String comma = "";
    for (double value : values) {
      json.append(comma).append(value);
      comma = ", ";
    }
    return json.append(']').toString();
  }
}
