package io.peregrine.metrics;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Shows the counters of a driver that runs in another process, from the directory that it was given
 * as {@code statsDirectory}. Confined to the thread that runs it.
 *
 * <p>It needs no other jar and no JVM flag: {@code java -jar peregrine-core.jar stat DIRECTORY}.
 */
public final class Stat {
  /** Exit code: the counters were shown, until the driver was closed if they were shown live. */
  public static final int OK = 0;

  /** Exit code: the arguments make no sense. */
  public static final int USAGE = 2;

  /** Exit code: there is no counters file. */
  public static final int NO_FILE = 3;

  /** Exit code: the driver's process is dead; its last counters were shown. */
  public static final int DEAD = 4;

  /** Exit code: the file has another version's layout, or none. */
  public static final int OTHER_LAYOUT = 5;

  private static final String CLEAR = "\033[H\033[2J";
  private static final String NEW_LINE = System.lineSeparator();
  private static final String HELP =
      String.join(
          NEW_LINE,
          "Usage: stat DIRECTORY [--json] [--agents] [--interval SECONDS] [--count TIMES]",
          "  DIRECTORY   what the driver was given as statsDirectory",
          "  --json      prints the counters once, as JSON, and ends",
          "  --agents    shows each agent by itself, not all together",
          "  --interval  how often to look, 1 by default",
          "  --count     how often to look before it ends; without it, as long as the driver runs");

  private final PrintStream out;
  private final boolean clears;
  private @Nullable Path directory;
  private boolean json;
  private boolean byAgent;
  private long intervalNanos = TimeUnit.SECONDS.toNanos(1);
  private long count = Long.MAX_VALUE;

  private Stat(PrintStream out, boolean clears) {
    this.out = out;
    this.clears = clears;
  }

  /**
   * Runs the tool and ends the process with one of the exit codes of this class.
   *
   * @param arguments see the usage, which is printed if there are none
   */
  public static void main(String[] arguments) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.exit(run(arguments, out, System.err, System.console() != null));
  }

  /**
   * Runs the tool.
   *
   * @param arguments as on the command line
   * @param out for what was asked for
   * @param err for what is wrong
   * @param clears whether the screen is cleared before each table
   * @return the exit code
   */
  static int run(String[] arguments, PrintStream out, PrintStream err, boolean clears) {
    Stat stat = new Stat(out, clears);
    try {
      stat.parse(arguments);
      return stat.show(err);
    } catch (StatException e) {
      err.println(e.getMessage());
      return e.exitCode();
    }
  }

  private void parse(String[] arguments) throws StatException {
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      switch (argument) {
        case "--json" -> json = true;
        case "--agents" -> byAgent = true;
        case "--interval" ->
            intervalNanos = (long) (number(arguments, ++i, argument, 0.01) * 1_000_000_000);
        case "--count" -> count = (long) number(arguments, ++i, argument, 1);
        default -> {
          if (argument.startsWith("-")) {
            throw usage("There is no option " + argument);
          }
          if (i > 0 || !argument.equals("stat")) {
            directory(argument);
          }
        }
      }
    }
    if (directory == null) {
      throw usage("The directory is missing");
    }
  }

  private void directory(String argument) throws StatException {
    if (directory != null) {
      throw usage("One directory at a time: " + directory + " or " + argument);
    }
    try {
      directory = Path.of(argument);
    } catch (InvalidPathException e) {
      throw usage(argument + " is no directory's name");
    }
  }

  private static double number(String[] arguments, int index, String option, double least)
      throws StatException {
    if (index < arguments.length) {
      try {
        double number = Double.parseDouble(arguments[index]);
        if (number >= least && number <= Integer.MAX_VALUE) {
          return number;
        }
      } catch (NumberFormatException e) {
        throw usage(option + " needs a number, not " + arguments[index]);
      }
    }
    throw usage(option + " needs a number, at least " + least);
  }

  private static StatException usage(String what) {
    return new StatException(USAGE, what + NEW_LINE + HELP);
  }

  private int show(PrintStream err) throws StatException {
    Path directory = this.directory;
    if (directory == null) {
      throw usage("The directory is missing");
    }
    StatFile now = StatFile.read(directory);
    if (json) {
      out.println(StatText.json(now));
      return alive(now, directory, err);
    }
    StatFile before = null;
    long readAt = System.nanoTime();
    long readBefore = readAt;
    for (long times = 1; ; times++) {
      out.print((clears ? CLEAR : "") + StatText.table(now, before, readAt - readBefore, byAgent));
      out.println();
      out.flush();
      if (!now.isAlive() || times >= count || out.checkError()) {
        return alive(now, directory, err);
      }
      LockSupport.parkNanos(intervalNanos);
      readBefore = readAt;
      try {
        StatFile next = StatFile.read(directory);
        // Another driver in the same place begins anew.
        before = next.madeAt() == now.madeAt() ? now : null;
        now = next;
      } catch (StatException e) {
        if (e.exitCode() != NO_FILE) {
          throw e;
        }
        out.println("The driver was closed.");
        return OK;
      }
      readAt = System.nanoTime();
    }
  }

  private static int alive(StatFile file, Path directory, PrintStream err) {
    if (file.isAlive()) {
      return OK;
    }
    err.println(
        "The driver's process "
            + file.pid()
            + " is dead, and did not close its cluster; these were its last counters. The next"
            + " driver in "
            + directory
            + " replaces them. A process in another container looks dead from outside of it.");
    return DEAD;
  }
}
