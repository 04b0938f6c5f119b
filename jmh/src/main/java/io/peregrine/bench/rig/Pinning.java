package io.peregrine.bench.rig;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Puts processes on cores with {@code taskset}, where there is one. Confined to one thread. */
final class Pinning {
  private static final int CLIENT_CORE = 0;
  private static final int SERVER_CORE = 1;
  private static final long PATIENCE_SECONDS = 10;
  private static final int MOST_TRIES = 20;

  private final boolean works;

  Pinning() {
    works = run("taskset", "-c", CLIENT_CORE + "," + SERVER_CORE, "true");
  }

  /** Whether processes are pinned at all. */
  boolean works() {
    return works;
  }

  /** Moves all threads of the server to the client's core, or to one of its own. */
  void moveServer(long pid, boolean sharesCore) {
    move(pid, Integer.toString(sharesCore ? CLIENT_CORE : SERVER_CORE));
  }

  /** Moves all threads of the client to its core. */
  void pinClient(long pid) {
    move(pid, Integer.toString(CLIENT_CORE));
  }

  /** Lets all threads of the client run on both cores, so that it is warm sooner. */
  void freeClient(long pid) {
    move(pid, CLIENT_CORE + "," + SERVER_CORE);
  }

  private void move(long pid, String cores) {
    // It fails when a thread ends between being listed and being moved, and then has to begin anew.
    for (int i = 0; works && !run("taskset", "-a", "-c", "-p", cores, Long.toString(pid)); i++) {
      if (i == MOST_TRIES) {
        throw new IllegalStateException("process " + pid + " cannot be moved to core " + cores);
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
