package io.peregrine.bench.rig;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Under what conditions a run was measured, for whoever reads its figures. Immutable. Kept in a
 * file beside them.
 *
 * @param server the server, in words
 * @param pinned whether processes had cores of their own
 * @param quick whether the times were too short to measure anything
 * @param loadBefore the machine's load average before the first process; negative if not known
 * @param machine Java, system and cores, in words
 */
record Conditions(String server, boolean pinned, boolean quick, double loadBefore, String machine) {
  private static final String FILE = "conditions.properties";

  /** The build that comes before the rig makes a load of its own. */
  private static final double QUIET = 1.5;

  /** Those of now, before anything is started. */
  static Conditions now(RigOptions options, boolean pinned) {
    return new Conditions(
        (options.realCassandra() ? "a real Cassandra" : "the scripted server")
            + (options.tls() ? ", all of it over TLS" : ""),
        pinned,
        options.quick(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        "Java "
            + System.getProperty("java.vm.version")
            + ", "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " cores");
  }

  /** What a reader must know, as one paragraph. */
  String describe() {
    StringBuilder text = new StringBuilder("Against ").append(server);
    text.append("; ").append(machine).append("; load average before: ");
    text.append(loadBefore < 0 ? "not known" : String.format("%.2f", loadBefore)).append('.');
    if (loadBefore > QUIET) {
      text.append(" **The machine was not quiet: compare with care.**");
    }
    if (!pinned) {
      text.append(" **Nothing was pinned to a core.**");
    }
    if (quick) {
      text.append(" **Too short to measure anything: this shows only that all works.**");
    }
    return text.toString();
  }

  void write(Path folder) throws IOException {
    Properties properties = new Properties();
    properties.setProperty("server", server);
    properties.setProperty("pinned", Boolean.toString(pinned));
    properties.setProperty("quick", Boolean.toString(quick));
    properties.setProperty("loadBefore", Double.toString(loadBefore));
    properties.setProperty("machine", machine);
    Files.createDirectories(folder);
    try (Writer writer = Files.newBufferedWriter(folder.resolve(FILE))) {
      properties.store(writer, null);
    }
  }

  static Conditions read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      throw new IOException("nothing was measured in " + folder + "; run without -Dpeers.report");
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    return new Conditions(
        properties.getProperty("server"),
        Boolean.parseBoolean(properties.getProperty("pinned")),
        Boolean.parseBoolean(properties.getProperty("quick")),
        Double.parseDouble(properties.getProperty("loadBefore")),
        properties.getProperty("machine"));
  }
}
