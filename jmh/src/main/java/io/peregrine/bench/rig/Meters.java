package io.peregrine.bench.rig;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What this process spends between {@link #start} and {@link #stop}, all its threads together.
 * Confined to one thread.
 */
final class Meters {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final double NANOS_PER_MILLI = 1e6;
  private static final Path TASKS = Path.of("/proc/self/task");

  private final Map<Long, Long> bytesBefore = new HashMap<>();
  private final Map<String, Long> switchesBefore = new HashMap<>();
  private long gcCount;
  private long gcMillis;
  private long cpuNanos;
  private long wallNanos;
  private long bytes;
  private long switches;
  private long compilerMillis;

  void start() throws IOException {
    switchesBefore.putAll(switchesByTask());
    compilerMillis = -JitCompiler.cpuMillis();
    gcCount = -gcCountNow();
    gcMillis = -gcMillisNow();
    bytesBefore.putAll(bytesByThread());
    cpuNanos = -SYSTEM.getProcessCpuTime();
    wallNanos = -System.nanoTime();
  }

  /** What costs most to ask for comes last, as it came first before. */
  void stop() throws IOException {
    wallNanos += System.nanoTime();
    cpuNanos += SYSTEM.getProcessCpuTime();
    bytes = growth(bytesBefore, bytesByThread());
    gcMillis += gcMillisNow();
    gcCount += gcCountNow();
    compilerMillis += JitCompiler.cpuMillis();
    switches = growth(switchesBefore, switchesByTask());
  }

  long wallNanos() {
    return wallNanos;
  }

  long cpuNanos() {
    return cpuNanos;
  }

  /**
   * Heap bytes that threads of Java code allocated, those of this class included: some thousand.
   */
  long bytes() {
    return bytes;
  }

  long gcCount() {
    return gcCount;
  }

  long gcMillis() {
    return gcMillis;
  }

  /** How often a thread left its core, of its own will or not; 0 where {@code /proc} is missing. */
  long switches() {
    return switches;
  }

  /** Processor time of the JVM's compiler. */
  long compilerMillis() {
    return Math.max(0, compilerMillis);
  }

  /** Whether the compiler took so much that the figures are those of a cold driver. */
  boolean isCold() {
    return JitCompiler.isBusy(compilerMillis, cpuNanos / NANOS_PER_MILLI);
  }

  /** Processor time of this process so far. */
  static double processMillis() {
    return SYSTEM.getProcessCpuTime() / NANOS_PER_MILLI;
  }

  /** Threads that were not there before began at 0; those that have ended are left out. */
  private static <K> long growth(Map<K, Long> before, Map<K, Long> after) {
    long sum = 0;
    for (Map.Entry<K, Long> entry : after.entrySet()) {
      sum += Math.max(0, entry.getValue() - before.getOrDefault(entry.getKey(), 0L));
    }
    return sum;
  }

  private static Map<Long, Long> bytesByThread() {
    long[] ids = THREADS.getAllThreadIds();
    long[] allocated = THREADS.getThreadAllocatedBytes(ids);
    Map<Long, Long> bytes = new HashMap<>();
    for (int i = 0; i < ids.length; i++) {
      if (allocated[i] >= 0) {
        bytes.put(ids[i], allocated[i]);
      }
    }
    return bytes;
  }

  private static long gcCountNow() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
        .sum();
  }

  private static long gcMillisNow() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
        .sum();
  }

  private static Map<String, Long> switchesByTask() throws IOException {
    Map<String, Long> switches = new HashMap<>();
    if (!Files.isDirectory(TASKS)) {
      return switches;
    }
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
      for (Path task : tasks) {
        switches.put(task.getFileName().toString(), switchesOf(task.resolve("status")));
      }
    }
    return switches;
  }

  private static long switchesOf(Path status) {
    long sum = 0;
    try {
      for (String line : Files.readAllLines(status)) {
        if (line.contains("ctxt_switches:")) {
          sum += Long.parseLong(line.substring(line.indexOf(':') + 1).strip());
        }
      }
    } catch (IOException e) {
      return 0; // The thread has ended meanwhile.
    }
    return sum;
  }
}
