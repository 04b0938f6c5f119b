package io.peregrine.fuzz.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import net.jqwik.api.Shrinkable;

/**
 * Fuzzes all targets for as long as it is told: {@code mvn -Pfuzz -Dfuzz.minutes=30}. Inputs are of
 * chance, valid, damaged, and damaged again where they first led somewhere new. Each that breaks a
 * law is made smaller and kept as a regression file.
 */
final class FuzzRun {
  private static final int SLICE = 200;
  private static final int MAX_SHRINKS = 3_000;
  private static final Duration REPORT = Duration.ofSeconds(60);

  private final List<TargetTally> tallies;
  private final Map<String, String> faults = new ConcurrentHashMap<>();
  private final long seed;
  private final long end;

  private FuzzRun(List<TargetTally> tallies, long seed, Duration duration) {
    this.tallies = tallies;
    this.seed = seed;
    this.end = System.nanoTime() + duration.toNanos();
  }

  /** Properties: fuzz.minutes, fuzz.seed, fuzz.threads, fuzz.targets (names with commas). */
  public static void main(String[] arguments) throws InterruptedException {
    double minutes = Double.parseDouble(System.getProperty("fuzz.minutes", "10"));
    long seed = Long.getLong("fuzz.seed", new SplittableRandom().nextLong());
    int threads = Integer.getInteger("fuzz.threads", Runtime.getRuntime().availableProcessors());
    String wanted = System.getProperty("fuzz.targets", "");
    List<TargetTally> tallies =
        Targets.ALL.stream()
            .filter(
                target -> wanted.isEmpty() || List.of(wanted.split(",")).contains(target.name()))
            .map(TargetTally::new)
            .toList();
    Duration duration = Duration.ofMillis((long) (minutes * 60_000));
    System.out.printf(
        "Fuzzing %d targets for %s on %d threads, -Dfuzz.seed=%d%n",
        tallies.size(), duration, threads, seed);
    FuzzRun run = new FuzzRun(tallies, seed, duration);
    run.await(threads);
    run.report();
    System.exit(run.faults.isEmpty() ? 0 : 1);
  }

  private void await(int threads) throws InterruptedException {
    List<Thread> workers =
        java.util.stream.IntStream.range(0, threads)
            .mapToObj(i -> new Thread(() -> workOrFail(i), "fuzz-" + i))
            .toList();
    workers.forEach(Thread::start);
    for (Thread worker : workers) {
      while (worker.isAlive()) {
        worker.join(REPORT.toMillis());
        long runs = tallies.stream().mapToLong(TargetTally::executions).sum();
        System.out.printf("%,d executions, %d faults%n", runs, faults.size());
      }
    }
  }

  /** A run whose worker has died has not fuzzed for as long as it was told: it must not pass. */
  private void workOrFail(int worker) {
    try {
      work(worker);
    } catch (Throwable t) {
      faults.put("worker " + worker + " died of " + t, "no file: the fault is not a target's");
      synchronized (System.out) {
        t.printStackTrace(System.out);
      }
    }
  }

  private void work(int worker) {
    SplittableRandom random = new SplittableRandom(seed + worker);
    while (System.nanoTime() < end) {
      for (TargetTally tally : tallies) {
        long began = System.nanoTime();
        for (int i = 0; i < SLICE && System.nanoTime() < end; i++) {
          byte[] input = input(tally, random);
          try {
            tally.add(tally.target().run(input), input);
          } catch (BrokenLawException e) {
            fault(tally.target(), e);
          }
        }
        tally.addTime(System.nanoTime() - began);
      }
    }
  }

  private static byte[] input(TargetTally tally, SplittableRandom random) {
    List<byte[]> kept = tally.kept();
    if (kept.isEmpty() || random.nextInt(3) == 0) {
      return Corpus.input(tally.target(), random);
    }
    byte[] one = kept.get(random.nextInt(kept.size()));
    byte[] other = kept.get(random.nextInt(kept.size()));
    return Mutation.of(random, one, other);
  }

  private void fault(FuzzTarget target, BrokenLawException broken) {
    String path = path(target, broken);
    if (faults.putIfAbsent(path, "") != null) {
      return;
    }
    byte[] smallest = shrink(target, broken.input(), path);
    try {
      Path file = RegressionFiles.save(target, smallest);
      faults.put(path, file.toString());
      synchronized (System.out) {
        System.out.println("FOUND " + path + "\n  kept in " + file);
        broken.printStackTrace(System.out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Target, exception and where it was thrown: one fault. */
  private static String path(FuzzTarget target, BrokenLawException broken) {
    Throwable cause = broken.getCause() == null ? broken : broken.getCause();
    StackTraceElement[] frames = cause.getStackTrace();
    StringBuilder path = new StringBuilder(target.name() + " " + cause.getClass().getSimpleName());
    for (int i = 0; i < Math.min(3, frames.length); i++) {
      path.append(" < ").append(frames[i].getClassName()).append('.');
      path.append(frames[i].getMethodName()).append(':').append(frames[i].getLineNumber());
    }
    return path.toString();
  }

  private static byte[] shrink(FuzzTarget target, byte[] input, String path) {
    Shrinkable<byte[]> smallest = new ShrinkableInput(input);
    int runs = 0;
    Optional<Shrinkable<byte[]>> smaller = Optional.of(smallest);
    while (smaller.isPresent() && runs < MAX_SHRINKS) {
      smallest = smaller.get();
      smaller = Optional.empty();
      Iterator<Shrinkable<byte[]>> candidates = smallest.shrink().iterator();
      while (candidates.hasNext() && smaller.isEmpty() && runs++ < MAX_SHRINKS) {
        Shrinkable<byte[]> candidate = candidates.next();
        if (breaks(target, candidate.value(), path)) {
          smaller = Optional.of(candidate);
        }
      }
    }
    return smallest.value();
  }

  private static boolean breaks(FuzzTarget target, byte[] input, String path) {
    try {
      target.run(input);
      return false;
    } catch (BrokenLawException e) {
      return path(target, e).equals(path);
    }
  }

  private void report() {
    System.out.println();
    tallies.forEach(tally -> System.out.println(tally.summary()));
    System.out.println();
    tallies.forEach(
        tally -> System.out.println(tally.target().name() + " covered " + tally.covered()));
    long runs = tallies.stream().mapToLong(TargetTally::executions).sum();
    System.out.printf("%n%,d executions, seed %d, %d faults%n", runs, seed, faults.size());
    faults.forEach((path, file) -> System.out.println("FOUND " + path + "\n  kept in " + file));
  }
}
