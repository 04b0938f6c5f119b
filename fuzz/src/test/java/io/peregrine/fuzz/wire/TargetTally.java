package io.peregrine.fuzz.wire;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/** What a fuzz run did with one target. Any thread may add to it. */
final class TargetTally {
  private static final int MAX_KEPT = 2_000;
  private static final String REFUSED = "refused: ";

  private final FuzzTarget target;
  private final LongAdder executions = new LongAdder();
  private final LongAdder nanos = new LongAdder();
  private final LongAdder inputBytes = new LongAdder();
  private final Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();
  private final List<byte[]> kept = new CopyOnWriteArrayList<>();

  TargetTally(FuzzTarget target) {
    this.target = target;
  }

  FuzzTarget target() {
    return target;
  }

  /** Inputs that first gave an outcome, for mutation to go on from. */
  List<byte[]> kept() {
    return kept;
  }

  void add(String outcome, byte[] input) {
    executions.increment();
    inputBytes.add(input.length);
    LongAdder count = outcomes.get(outcome);
    if (count == null) {
      count = outcomes.computeIfAbsent(outcome, key -> new LongAdder());
      if (kept.size() < MAX_KEPT) {
        kept.add(input);
      }
    }
    count.increment();
  }

  void addTime(long busyNanos) {
    nanos.add(busyNanos);
  }

  long executions() {
    return executions.sum();
  }

  String summary() {
    long runs = executions();
    long refused =
        outcomes.entrySet().stream()
            .filter(outcome -> outcome.getKey().startsWith(REFUSED))
            .mapToLong(outcome -> outcome.getValue().sum())
            .sum();
    long reasons = outcomes.keySet().stream().filter(key -> key.startsWith(REFUSED)).count();
    return String.format(
        "%-14s %,12d executions %,9.0f/s  %5.1f%% refused for %,3d reasons, %,3d other outcomes,"
            + " %,d bytes a time",
        target.name(),
        runs,
        runs * 1e9 / Math.max(1, nanos.sum()),
        100.0 * refused / Math.max(1, runs),
        reasons,
        outcomes.size() - reasons,
        inputBytes.sum() / Math.max(1, runs));
  }

  /** What was not refused, and how often it came. */
  Map<String, Long> covered() {
    Map<String, Long> covered = new TreeMap<>();
    outcomes.forEach(
        (outcome, count) -> {
          if (!outcome.startsWith(REFUSED)) {
            covered.put(outcome, count.sum());
          }
        });
    return covered;
  }
}
