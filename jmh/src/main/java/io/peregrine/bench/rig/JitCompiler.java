package io.peregrine.bench.rig;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much the JVM's own compiler has worked. A driver of much code keeps it busy for many seconds,
 * and runs several times slower meanwhile: nothing is measured before it rests. Stateless.
 */
final class JitCompiler {
  private static final Path TASKS = Path.of("/proc/self/task");

  /** Linux tells times to programs in hundredths of a second, whatever it counts in itself. */
  private static final long MILLIS_PER_TICK = 10;

  private static final int USER_TIME = 11;
  private static final double BUSY_SHARE = 0.05;

  private JitCompiler() {}

  /**
   * Processor time of the compiler's threads so far, in milliseconds; where {@code /proc} is
   * missing, the time of the compilations that have ended.
   */
  static long cpuMillis() throws IOException {
    if (!Files.isDirectory(TASKS)) {
      return ManagementFactory.getCompilationMXBean().getTotalCompilationTime();
    }
    long ticks = 0;
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
      for (Path task : tasks) {
        ticks += ticksOf(task.resolve("stat"));
      }
    }
    return ticks * MILLIS_PER_TICK;
  }

  /**
   * Whether it worked for more than a twentieth of what the process did, and a tick. Processor time
   * is what counts: on a busy machine a process may get hardly any, and looks as if it rested.
   */
  static boolean isBusy(double compilerMillis, double processMillis) {
    return compilerMillis > MILLIS_PER_TICK + BUSY_SHARE * processMillis;
  }

  private static long ticksOf(Path stat) {
    try {
      String line = Files.readString(stat);
      // The name is in brackets and may hold anything; figures follow it.
      int end = line.lastIndexOf(')');
      if (!line.substring(0, end).contains("CompilerThre")) {
        return 0;
      }
      String[] fields = line.substring(end + 2).split(" ");
      return Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[USER_TIME + 1]);
    } catch (IOException e) {
      return 0; // The thread has ended meanwhile.
    }
  }
}
