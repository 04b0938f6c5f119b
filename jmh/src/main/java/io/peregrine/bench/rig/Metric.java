package io.peregrine.bench.rig;

import java.util.function.ToDoubleFunction;

/** What is reported of each driver and workload. Constants: any thread may use them. */
enum Metric {
  THROUGHPUT("throughput", "requests/s", Outcome::throughput),
  P50("p50", "p50 µs", outcome -> outcome.percentiles()[Outcome.P50]),
  P99("p99", "p99 µs", outcome -> outcome.percentiles()[Outcome.P99]),
  P999("p99_9", "p99.9 µs", outcome -> outcome.percentiles()[Outcome.P999]),
  P9999("p99_99", "p99.99 µs", outcome -> outcome.percentiles()[Outcome.P9999]),
  MAX("max", "max µs", outcome -> outcome.percentiles()[Outcome.MAX]),
  CPU("cpu", "CPU µs/request", Outcome::cpuMicros),
  BYTES("bytes", "bytes/request", Outcome::bytes),
  GC_COUNT("gcCount", "GCs", Outcome::gcCount),
  GC_MILLIS("gcMillis", "GC ms", Outcome::gcMillis),
  SWITCHES("switches", "switches/request", Outcome::switches),
  COMPILER_MILLIS("jitMillis", "JIT ms", Outcome::compilerMillis);

  private final String id;
  private final String title;
  private final ToDoubleFunction<Outcome> value;

  Metric(String id, String title, ToDoubleFunction<Outcome> value) {
    this.id = id;
    this.title = title;
    this.value = value;
  }

  /** What JSON calls it. */
  String id() {
    return id;
  }

  /** What a table calls it, with its unit. */
  String title() {
    return title;
  }

  double of(Outcome outcome) {
    return value.applyAsDouble(outcome);
  }

  /** What drivers are compared by under a workload, beside processor time. */
  static Metric headline(Workload workload) {
    return switch (workload.mode()) {
      case SYNC -> P50;
      case CLOSED -> THROUGHPUT;
      case OPEN -> P99;
    };
  }
}
