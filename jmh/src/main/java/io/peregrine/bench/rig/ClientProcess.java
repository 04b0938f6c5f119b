package io.peregrine.bench.rig;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** Runs one {@link LoadClient} in a fresh JVM, and waits for it. Confined to the rig's thread. */
final class ClientProcess {
  static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

  /** What it will have, though it begins with more: threads and collector are to fit. */
  private static final String ONE_CORE = "-XX:ActiveProcessorCount=1";

  private static final long START_SECONDS = 60;
  private static final int SHOWN_LINES = 30;

  private final RigOptions options;
  private final Pinning pinning;

  ClientProcess(RigOptions options, Pinning pinning) {
    this.options = options;
    this.pinning = pinning;
  }

  /** Runs it to its end. Fails if it does, and says what it said. */
  void run(ClientPlan plan, String dataCenter) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(JAVA);
    command.addAll(options.jvmFlags());
    if (pinning.works()) {
      command.add(ONE_CORE);
    }
    command.add("-D" + LoadClient.DATA_CENTER_PROP_NAME + "=" + dataCenter);
    if (options.tls()) {
      command.add("-D" + RigTls.TRUST_STORE_PROP_NAME + "=" + options.trustStore());
    }
    command.add("-cp");
    command.add(classPath(plan.entrant()));
    command.add(LoadClient.class.getName());
    command.addAll(plan.arguments());
    Files.createDirectories(options.output());
    Path log = options.output().resolve("client-" + plan.entrant().id() + ".log");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    withoutForeignFlags(builder);
    Process process = builder.start();
    try {
      double seconds =
          plan.workloads().size()
              * (plan.mostWarmUpSeconds() + (1 + plan.repetitions()) * (1 + plan.seconds()));
      if (!process.waitFor(START_SECONDS + (long) (2 * seconds), TimeUnit.SECONDS)) {
        throw new IOException(plan.entrant().id() + " did not end; its output is in " + log);
      }
      if (process.exitValue() != 0) {
        throw new IOException(plan.entrant().id() + " failed:\n" + endOf(log));
      }
    } finally {
      process.destroyForcibly();
    }
  }

  /** Every driver gets the flags that it is given here, and no others. */
  static void withoutForeignFlags(ProcessBuilder builder) {
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().remove("JDK_JAVA_OPTIONS");
  }

  private String classPath(Entrant entrant) throws IOException {
    String own = System.getProperty("java.class.path");
    if (entrant.peer().isEmpty()) {
      return own;
    }
    Path file = options.peers().resolve(entrant.peer()).resolve("target/classpath.txt");
    if (!Files.exists(file)) {
      throw new IOException("no class path of " + entrant.id() + " in " + file);
    }
    String libraries = Files.readString(file).strip();
    return String.join(
        File.pathSeparator, origin(LoadClient.class), libraries, origin(Histogram.class));
  }

  private static String origin(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    try {
      return Path.of(source.getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("no place of " + type, e);
    }
  }

  private static String endOf(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return lines.stream()
        .skip(Math.max(0, lines.size() - SHOWN_LINES))
        .collect(Collectors.joining("\n"));
  }
}
