package io.peregrine.bench.scale;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.CompilationMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;
import org.HdrHistogram.AtomicHistogram;
import org.HdrHistogram.Histogram;

/**
 * What was measured in all windows of one kind. Histograms may be recorded to by any thread; the
 * rest is confined to the thread that opens and closes windows.
 */
final class RebuildWindow {
  private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long HICCUP_PACE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
  private static final double NANOS_PER_MICRO = 1e3;
  private static final CompilationMXBean COMPILERS = ManagementFactory.getCompilationMXBean();
  private static volatile Histogram pauses = new AtomicHistogram(LONGEST_NANOS, 3);
  private static volatile Histogram hiccups = pauses;

  private final String name;
  private final Histogram latencies = new AtomicHistogram(LONGEST_NANOS, 3);
  private final AtomicLong longest = new AtomicLong();
  private final Histogram longestOfEach = new Histogram(LONGEST_NANOS, 3);
  private final Histogram ownPauses = new AtomicHistogram(LONGEST_NANOS, 3);
  private final Histogram ownHiccups = new AtomicHistogram(LONGEST_NANOS, 3);
  private long slowCycles;
  private long compilingMillis;
  private long rebuilds;
  private long bytes;

  RebuildWindow(String name) {
    this.name = name;
  }

  /** Begins to listen to the collector, and to see how long a thread oversleeps. */
  static void watchTheMachine() {
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      ((NotificationEmitter) collector)
          .addNotificationListener(
              (notification, handback) ->
                  pauses.recordValue(
                      TimeUnit.MILLISECONDS.toNanos(
                          GarbageCollectionNotificationInfo.from(
                                  (CompositeData) notification.getUserData())
                              .getGcInfo()
                              .getDuration())),
              null,
              null);
    }
    Thread meter = new Thread(RebuildWindow::meterHiccups, "hiccups");
    meter.setDaemon(true);
    meter.start();
  }

  private static void meterHiccups() {
    while (true) {
      long begin = System.nanoTime();
      LockSupport.parkNanos(HICCUP_PACE_NANOS);
      hiccups.recordValue(Math.max(0, System.nanoTime() - begin - HICCUP_PACE_NANOS));
    }
  }

  /** For how long the compilers of this process have worked, in ms. */
  static long compilingMillis() {
    return COMPILERS.getTotalCompilationTime();
  }

  /** From now on what happens counts as this kind's. */
  void open() {
    pauses = ownPauses;
    hiccups = ownHiccups;
    compilingMillis -= compilingMillis();
  }

  /** What has been counted in one window. */
  void close(long newSlowCycles, long newRebuilds, long newBytes) {
    compilingMillis += compilingMillis();
    slowCycles += newSlowCycles;
    rebuilds += newRebuilds;
    bytes += newBytes;
    longestOfEach.recordValue(longest.getAndSet(0));
  }

  /** A request has taken so long; for any thread. */
  void took(long nanos) {
    latencies.recordValue(nanos);
    longest.accumulateAndGet(nanos, Math::max);
  }

  static void printHead() {
    System.out.println(
        "| windows | requests | p50 | p99.9 | p99.99 | longest of a window: quartile, median, quartile,"
            + " of all | hiccup p99.9 | longest hiccup | duty cycles > 10 ms | collections"
            + " | longest pause | compiling | rebuilds | MB a rebuild |");
    System.out.println(
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
  }

  void print() {
    System.out.printf(
        Locale.ROOT,
        "| %s | %d | %.0f | %.0f | %.0f | %.0f, %.0f, %.0f, %.0f | %.0f | %.0f | %d | %d | %.0f ms"
            + " | %d ms | %d | %.1f |%n",
        name,
        latencies.getTotalCount(),
        latencies.getValueAtPercentile(50) / NANOS_PER_MICRO,
        latencies.getValueAtPercentile(99.9) / NANOS_PER_MICRO,
        latencies.getValueAtPercentile(99.99) / NANOS_PER_MICRO,
        longestOfEach.getValueAtPercentile(25) / NANOS_PER_MICRO,
        longestOfEach.getValueAtPercentile(50) / NANOS_PER_MICRO,
        longestOfEach.getValueAtPercentile(75) / NANOS_PER_MICRO,
        longestOfEach.getMaxValue() / NANOS_PER_MICRO,
        ownHiccups.getValueAtPercentile(99.9) / NANOS_PER_MICRO,
        ownHiccups.getMaxValue() / NANOS_PER_MICRO,
        slowCycles,
        ownPauses.getTotalCount(),
        ownPauses.getMaxValue() / 1e6,
        compilingMillis,
        rebuilds,
        rebuilds == 0 ? 0 : bytes / 1e6 / rebuilds);
  }
}
