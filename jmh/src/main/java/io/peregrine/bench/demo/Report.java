package io.peregrine.bench.demo;

import io.peregrine.ResultSet;
import io.peregrine.Row;
import io.peregrine.Session;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import org.HdrHistogram.Histogram;

/** What the demo has measured, as a reader wants it. Confined to the application thread. */
final class Report {
  private static final double NANOS_PER_MICRO = 1e3;
  private static final double KEPT_UP = 0.95;
  private static final int ROWS_SHOWN = 5;

  private final PrintStream out;

  Report(PrintStream out) {
    this.out = out;
  }

  void rows(Session session, Market market) {
    line("");
    line("%-8s %-9s %-25s %10s %6s  %s", "symbol", "day", "ts", "price", "size", "venue");
    ResultSet ticks =
        session.execute(
            market.selectDay(TickTape.symbols()[0], TickTape.dayAt(0)).setPageSize(ROWS_SHOWN));
    for (int i = 0; i < ROWS_SHOWN; i++) {
      Row row = Objects.requireNonNull(ticks.one());
      line(
          "%-8s %-9d %-25s %10.2f %6d  %s",
          row.getString(0),
          row.getInt(1),
          Instant.ofEpochMilli(row.getLong(2)),
          row.getDouble(3),
          row.getInt(4),
          row.getString(5));
    }
  }

  void throughput(long writeNanos, long readNanos) {
    line("");
    line(
        "%-8s %,9.0f writes/s   one tick a request, at most %d in flight",
        "written", TickTape.TICKS * 1e9 / writeNanos, TickWriter.MAX_IN_FLIGHT);
    line(
        "%-8s %,9.0f rows/s     a request a page of %d rows, one after the other",
        "read", TickTape.TICKS * 1e9 / readNanos, TickReader.PAGE_SIZE);
  }

  void latencies(PacedLoad writes, PacedLoad reads) {
    line("");
    line(
        "Latency at %,d requests/s, one tick each, %,d measured after %,d to warm up; it counts"
            + " from the",
        PacedLoad.RATE, PacedLoad.MEASURED, PacedLoad.WARM_UP);
    line("moment each request was due, on this machine, which Cassandra shares.");
    line("");
    line(
        "%-8s %10s %9s %9s %9s %9s   %s",
        "",
        "requests/s",
        "p50",
        "p99",
        "p99.9",
        "max",
        "heap bytes a request (agent + application)");
    latency("writes", writes);
    latency("reads", reads);
    if (Math.min(writes.rate(), reads.rate()) < PacedLoad.RATE * KEPT_UP) {
      line("The machine did not keep up: the latencies are mostly of requests that waited.");
    }
  }

  private void latency(String name, PacedLoad load) {
    Histogram histogram = load.histogram();
    line(
        "%-8s %,10.0f %,6.0f us %,6.0f us %,6.0f us %,6.0f us   %.2f + %.2f",
        name,
        load.rate(),
        histogram.getValueAtPercentile(50) / NANOS_PER_MICRO,
        histogram.getValueAtPercentile(99) / NANOS_PER_MICRO,
        histogram.getValueAtPercentile(99.9) / NANOS_PER_MICRO,
        histogram.getMaxValue() / NANOS_PER_MICRO,
        (double) load.allocation().agentBytes() / PacedLoad.MEASURED,
        (double) load.allocation().applicationBytes() / PacedLoad.MEASURED);
  }

  void line(String format, Object... arguments) {
    out.println(String.format(Locale.ROOT, format, arguments));
  }
}
