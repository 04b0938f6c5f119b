package io.peregrine.testkit.cassandra;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Starts processes that end with this one, even if this one is killed. Any thread may call it; it
 * starts them from a thread of its own.
 *
 * <p>On Linux {@code setpriv} asks the kernel to kill the child when its parent ends. The kernel
 * means the parent <em>thread</em>, hence the thread that never ends. As root {@code setpriv} also
 * takes away the right to lock memory: Cassandra would pin its whole heap.
 */
final class ServerLauncher {
  private static final List<List<String>> GUARDS =
      List.of(
          List.of(
              "setpriv", "--pdeathsig", "KILL", "--bounding-set=-ipc_lock", "--inh-caps=-ipc_lock"),
          List.of("setpriv", "--pdeathsig", "KILL"),
          List.of());

  private static final ExecutorService LAUNCHER =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "cassandra-launcher");
            thread.setDaemon(true);
            return thread;
          });

  private ServerLauncher() {}

  /** Starts the command under the best guard that this machine has. */
  static Process start(ProcessBuilder builder) {
    List<String> command = new ArrayList<>(Guard.WORDS);
    command.addAll(builder.command());
    builder.command(command);
    try {
      return LAUNCHER.submit(builder::start).get();
    } catch (ExecutionException e) {
      throw new UncheckedIOException(new IOException("cannot start " + command.get(0), e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while starting " + command.get(0), e);
    }
  }

  /** Finds out once which guard works here: older or smaller systems lack some of it. */
  private static final class Guard {
    static final List<String> WORDS = find();

    private static List<String> find() {
      for (List<String> words : GUARDS) {
        if (words.isEmpty() || works(words)) {
          return words;
        }
      }
      return List.of();
    }

    private static boolean works(List<String> words) {
      List<String> command = new ArrayList<>(words);
      command.add("true");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor(10, TimeUnit.SECONDS)) {
          return process.exitValue() == 0;
        }
        process.destroyForcibly();
        return false;
      } catch (IOException noSuchProgram) {
        return false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }
}
