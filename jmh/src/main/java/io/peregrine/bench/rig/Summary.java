package io.peregrine.bench.rig;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** The rounds of all drivers and workloads, put together. Immutable. */
final class Summary {
  private final Map<Workload, Map<Entrant, List<Outcome>>> outcomes = new EnumMap<>(Workload.class);

  /** The middle of the rounds, and how far they are spread. */
  record Spread(double median, double min, double max) {
    static Spread of(DoubleStream values) {
      double[] sorted = values.sorted().toArray();
      int middle = sorted.length / 2;
      double median =
          sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
      return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }
  }

  Summary(List<Outcome> all) {
    for (Workload workload : Workload.values()) {
      for (Entrant entrant : Entrant.values()) {
        List<Outcome> rounds =
            all.stream()
                .filter(outcome -> outcome.workload() == workload && outcome.entrant() == entrant)
                .toList();
        if (!rounds.isEmpty()) {
          outcomes
              .computeIfAbsent(workload, key -> new EnumMap<>(Entrant.class))
              .put(entrant, rounds);
        }
      }
    }
  }

  /** What was measured. */
  List<Workload> workloads() {
    return List.copyOf(outcomes.keySet());
  }

  /** Who was measured, under any workload. */
  List<Entrant> entrants() {
    return Stream.of(Entrant.values())
        .filter(entrant -> outcomes.values().stream().anyMatch(some -> some.containsKey(entrant)))
        .toList();
  }

  /** The rounds of a driver under a workload; none if it was not measured. */
  List<Outcome> rounds(Workload workload, Entrant entrant) {
    return outcomes.getOrDefault(workload, Map.of()).getOrDefault(entrant, List.of());
  }

  /** A metric over the rounds; nothing if there are none. */
  Optional<Spread> spread(Workload workload, Entrant entrant, Metric metric) {
    List<Outcome> rounds = rounds(workload, entrant);
    return rounds.isEmpty()
        ? Optional.empty()
        : Optional.of(Spread.of(rounds.stream().mapToDouble(metric::of)));
  }

  /** A driver's median, as a multiple of the floor's. */
  Optional<Double> toFloor(Workload workload, Entrant entrant, Metric metric) {
    return ratio(workload, entrant, Optional.of(Entrant.FLOOR), metric);
  }

  /** A driver's median, as a multiple of that of the peer with the best one. */
  Optional<Double> toBestPeer(Workload workload, Entrant entrant, Metric metric) {
    return ratio(workload, entrant, bestPeer(workload, metric), metric);
  }

  /** Drivers that the JVM still compiled while they were measured, in most of the rounds. */
  List<Entrant> cold(Workload workload) {
    return entrants().stream()
        .filter(
            entrant -> {
              List<Outcome> rounds = rounds(workload, entrant);
              return rounds.stream().filter(Outcome::cold).count() * 2 > rounds.size();
            })
        .toList();
  }

  /** The most rounds that any driver went. */
  int rounds() {
    return outcomes.values().stream()
        .flatMap(some -> some.values().stream())
        .mapToInt(List::size)
        .max()
        .orElse(0);
  }

  private Optional<Entrant> bestPeer(Workload workload, Metric metric) {
    Comparator<Entrant> byMedian =
        Comparator.comparingDouble(
            entrant -> spread(workload, entrant, metric).orElseThrow().median());
    Stream<Entrant> peers =
        outcomes.getOrDefault(workload, Map.of()).keySet().stream()
            .filter(entrant -> entrant.kind() == Entrant.Kind.PEER);
    return metric == Metric.THROUGHPUT ? peers.max(byMedian) : peers.min(byMedian);
  }

  private Optional<Double> ratio(
      Workload workload, Entrant entrant, Optional<Entrant> to, Metric metric) {
    Optional<Spread> own = spread(workload, entrant, metric);
    Optional<Spread> other = to.flatMap(base -> spread(workload, base, metric));
    return own.isPresent() && other.isPresent() && other.get().median() > 0
        ? Optional.of(own.get().median() / other.get().median())
        : Optional.empty();
  }
}
