package io.peregrine.bench.rig;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Puts processes on cores with {@code taskset}, where there is one. Confined to the rig's thread.
 */
final class Pinning {
  private static final int CLIENT_CORE = 0;
  private static final int SERVER_CORE = 1;
  private static final long PATIENCE_SECONDS = 10;

  private final boolean works;

  Pinning() {
    works = run("taskset", "-c", CLIENT_CORE + "," + SERVER_CORE, "true");
  }

  /** Whether processes are pinned at all. */
  boolean works() {
    return works;
  }

  /** What the command of the client begins with. */
  List<String> clientPrefix() {
    return works ? List.of("taskset", "-c", Integer.toString(CLIENT_CORE)) : List.of();
  }

  /** Moves all threads of the server to the client's core, or to one of its own. */
  void moveServer(long pid, boolean sharesCore) {
    if (works) {
      int core = sharesCore ? CLIENT_CORE : SERVER_CORE;
      if (!run("taskset", "-a", "-c", "-p", Integer.toString(core), Long.toString(pid))) {
        throw new IllegalStateException("process " + pid + " cannot be moved to core " + core);
      }
    }
  }

  private static boolean run(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
