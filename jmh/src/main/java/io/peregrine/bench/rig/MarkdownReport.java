package io.peregrine.bench.rig;

import java.util.List;
import java.util.stream.Collectors;

/** Every figure, a table for each workload. Stateless: any thread may use it. */
final class MarkdownReport {
  private MarkdownReport() {}

  static String of(Summary summary, Conditions conditions) {
    StringBuilder text = new StringBuilder("# Drivers side by side\n\n");
    text.append("Medians of ").append(summary.rounds());
    text.append(" rounds, and in brackets the least and the most of them.");
    text.append(' ').append(conditions.describe()).append('\n');
    for (Workload workload : summary.workloads()) {
      text.append("\n## ").append(workload.title()).append('\n').append('\n');
      text.append(conditions(summary, workload)).append("\n\n");
      appendTable(text, summary, workload);
      text.append(coldOnes(summary, workload));
    }
    return text.toString();
  }

  /** A sentence about those that were not warm; none if all were. */
  static String coldOnes(Summary summary, Workload workload) {
    List<Entrant> cold = summary.cold(workload);
    return cold.isEmpty()
        ? ""
        : cold.stream()
            .map(Entrant::title)
            .collect(
                Collectors.joining(
                    ", ",
                    "\n**Not warm** under \"" + workload.title() + "\", so no measure of them: ",
                    ".\n"));
  }

  private static String conditions(Summary summary, Workload workload) {
    String cores = workload.sharesCore() ? "Client and server on one core." : "A core each.";
    if (workload.mode() != Workload.Mode.OPEN) {
      return cores;
    }
    double rate =
        summary.entrants().stream()
            .flatMap(entrant -> summary.rounds(workload, entrant).stream())
            .mapToDouble(Outcome::offered)
            .max()
            .orElse(0);
    return cores
        + String.format(" %,.0f requests/s are due; times count from then.", rate)
        + " What runs on the caller's thread spins, so its CPU says nothing.";
  }

  private static void appendTable(StringBuilder text, Summary summary, Workload workload) {
    Metric headline = Metric.headline(workload);
    text.append("| driver |");
    for (Metric metric : Metric.values()) {
      text.append(' ').append(metric.title()).append(" |");
    }
    String name = headline == Metric.THROUGHPUT ? "requests/s" : headline.id().replace('_', '.');
    text.append(" × floor: ").append(name).append(", CPU |");
    text.append(" × best peer: ").append(name).append(", CPU |\n| --- |");
    text.append(" ---: |".repeat(Metric.values().length + 2)).append('\n');
    for (Entrant entrant : summary.entrants()) {
      if (!summary.rounds(workload, entrant).isEmpty()) {
        appendRow(text, summary, workload, entrant);
      }
    }
  }

  private static void appendRow(
      StringBuilder text, Summary summary, Workload workload, Entrant entrant) {
    text.append("| ").append(entrant.title()).append(" |");
    for (Metric metric : Metric.values()) {
      text.append(' ').append(Figures.spread(summary.spread(workload, entrant, metric)));
      text.append(" |");
    }
    Metric headline = Metric.headline(workload);
    text.append(' ').append(Figures.ratio(summary.toFloor(workload, entrant, headline)));
    text.append(", ").append(Figures.ratio(summary.toFloor(workload, entrant, Metric.CPU)));
    text.append(" | ").append(Figures.ratio(summary.toBestPeer(workload, entrant, headline)));
    text.append(", ").append(Figures.ratio(summary.toBestPeer(workload, entrant, Metric.CPU)));
    text.append(" |\n");
  }
}
