package io.peregrine.bench.rig;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The table of PERFORMANCE.md's section "Beside other drivers": few figures, a column for each
 * driver. Stateless: any thread may use it.
 */
final class PerformanceTable {
  private static final List<Metric> SYNC =
      List.of(Metric.P50, Metric.P999, Metric.CPU, Metric.BYTES);
  private static final List<Metric> CLOSED =
      List.of(Metric.THROUGHPUT, Metric.P99, Metric.CPU, Metric.BYTES);
  private static final List<Metric> OPEN = List.of(Metric.P50, Metric.P99, Metric.P999, Metric.CPU);

  private PerformanceTable() {}

  static String of(Summary summary, Conditions conditions) {
    List<Entrant> entrants = summary.entrants();
    StringBuilder text = new StringBuilder(conditions.describe());
    text.append("\n\n| workload: medians of ");
    text.append(summary.rounds()).append(" rounds |");
    entrants.forEach(entrant -> text.append(' ').append(entrant.title()).append(" |"));
    text.append("\n| --- |").append(" ---: |".repeat(entrants.size())).append('\n');
    for (Workload workload : summary.workloads()) {
      List<Metric> metrics = metrics(workload);
      text.append("| ").append(workload.title()).append(": ").append(titles(metrics)).append(" |");
      for (Entrant entrant : entrants) {
        text.append(' ').append(cell(summary, workload, entrant, metrics)).append(" |");
      }
      text.append('\n');
    }
    for (Workload workload : summary.workloads()) {
      text.append(MarkdownReport.coldOnes(summary, workload));
    }
    return text.toString();
  }

  private static List<Metric> metrics(Workload workload) {
    return switch (workload.mode()) {
      case SYNC -> SYNC;
      case CLOSED -> CLOSED;
      case OPEN -> OPEN;
    };
  }

  private static String titles(List<Metric> metrics) {
    return metrics.stream().map(Metric::title).collect(Collectors.joining(" · "));
  }

  private static String cell(
      Summary summary, Workload workload, Entrant entrant, List<Metric> metrics) {
    return metrics.stream()
        .map(metric -> Figures.median(summary.spread(workload, entrant, metric)))
        .filter(figure -> !figure.isEmpty())
        .collect(Collectors.joining(" · "));
  }
}
