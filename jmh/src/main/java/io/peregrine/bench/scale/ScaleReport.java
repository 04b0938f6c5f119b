package io.peregrine.bench.scale;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The figures of all rounds, and the table that is made of them. Confined to the thread that starts
 * the rounds.
 */
final class ScaleReport {
  private static final String WITH = "tokens";
  private static final String WITHOUT = "none";

  private final List<String> drivers;
  private final Map<String, Map<String, List<Double>>> figures = new LinkedHashMap<>();

  /**
   * No figures yet.
   *
   * @param drivers the drivers; the others are compared with the first
   */
  ScaleReport(List<String> drivers) {
    this.drivers = drivers;
  }

  /**
   * Keeps a figure.
   *
   * @param driver the driver
   * @param mode whether it had a token map
   * @param line the name of the figure, an equals sign and a number; other lines are none
   */
  void keep(String driver, String mode, String line) {
    int equals = line.indexOf('=');
    if (equals > 0) {
      String name = line.substring(0, equals).replaceFirst("_\\d+$", "");
      figures(driver, mode, name).add(Double.parseDouble(line.substring(equals + 1)));
    }
  }

  private List<Double> figures(String driver, String mode, String name) {
    return figures
        .computeIfAbsent(driver + " " + mode, any -> new LinkedHashMap<>())
        .computeIfAbsent(name, any -> new ArrayList<>());
  }

  /** Prints the table. */
  void print() {
    StringBuilder head = new StringBuilder("| median (least to most) |");
    StringBuilder rule = new StringBuilder("| --- |");
    for (int i = 0; i < drivers.size(); i++) {
      head.append(' ').append(drivers.get(i)).append(i == 0 ? " |" : " | ratio of medians |");
      rule.append(i == 0 ? " ---: |" : " ---: | ---: |");
    }
    System.out.println(head);
    System.out.println(rule);
    row("all nodes known, without a token map, ms", WITHOUT, "known_ms");
    row("the same with a token map, ms", WITH, "known_ms");
    row("processor time until then, ms", WITH, "cpu_ms");
    row("to make the token map alone, ms", WITH, "map_ms");
    row("heap in all, MiB", WITH, "heap_mib");
    row("heap for tokens and replicas, MiB", heapForTokens());
    row("a node has left or joined: until the new map is there, ms", WITH, "rebuilt_ms");
    row("processor time of that, ms", WITH, "rebuild_cpu_ms");
    row("longest time of a request meanwhile, µs", WITH, "change_max_us");
    row("of that at most in the caller's thread, µs", WITH, "change_send_max_us");
    row("99.9 % of the requests meanwhile, µs", WITH, "change_p999_us");
    row("longest time of a request when nothing happens, µs", WITH, "calm_max_us");
    row("of that at most in the caller's thread, µs", WITH, "calm_send_max_us");
    row("99.9 % of the requests when nothing happens, µs", WITH, "calm_p999_us");
  }

  /** What each round with a token map took more than the one before it without. */
  private List<List<Double>> heapForTokens() {
    List<List<Double>> differences = new ArrayList<>();
    for (String driver : drivers) {
      List<Double> with = figures(driver, WITH, "heap_mib");
      List<Double> without = figures(driver, WITHOUT, "heap_mib");
      List<Double> more = new ArrayList<>();
      for (int i = 0; i < with.size(); i++) {
        more.add(with.get(i) - without.get(i));
      }
      differences.add(more);
    }
    return differences;
  }

  private void row(String title, String mode, String name) {
    row(title, drivers.stream().map(driver -> figures(driver, mode, name)).toList());
  }

  private static void row(String title, List<List<Double>> values) {
    StringBuilder row = new StringBuilder("| " + title + " |");
    double first = median(values.get(0));
    for (int i = 0; i < values.size(); i++) {
      List<Double> sorted = values.get(i).stream().sorted().toList();
      double median = median(sorted);
      row.append(
          sorted.isEmpty()
              ? " |"
              : String.format(
                  Locale.ROOT,
                  " %,.1f (%,.1f to %,.1f) |",
                  median,
                  sorted.get(0),
                  sorted.get(sorted.size() - 1)));
      if (i > 0) {
        row.append(String.format(Locale.ROOT, " %.1f |", median / first));
      }
    }
    System.out.println(row);
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() / 2);
  }
}
