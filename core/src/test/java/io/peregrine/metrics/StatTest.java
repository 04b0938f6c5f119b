package io.peregrine.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.Cluster;
import io.peregrine.PatientCluster;
import io.peregrine.Session;
import io.peregrine.io.CountersFileDescriptor;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Observations;
import io.peregrine.testkit.server.ScriptedServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
@Timeout(120)
class StatTest {
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin/java").toString();

  @TempDir Path folder;

  /** What a run of the tool came to. */
  private record Outcome(int exitCode, String out, String err) {
    private long total(String counter) {
      Matcher matcher = Pattern.compile("\"" + counter + "\":(\\d+)").matcher(out);
      assertThat(matcher.find()).as(counter + " in " + out).isTrue();
      return Long.parseLong(matcher.group(1));
    }
  }

  private static Outcome stat(Object... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    String[] texts = new String[arguments.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = arguments[i].toString();
    }
    int exitCode =
        Stat.run(
            texts,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false);
    return new Outcome(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static Outcome process(List<String> command) throws Exception {
    Path out = Files.createTempFile("stat", ".out");
    Path err = Files.createTempFile("stat", ".err");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s ends", command).isTrue();
      return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  /** The tool with nothing but core's own classes, and without any flag. */
  private static Outcome statInAnotherProcess(Object... arguments) throws Exception {
    Path classes = Path.of(Stat.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> command =
        new ArrayList<>(List.of(JAVA, "-Xmx64m", "-cp", classes.toString(), Stat.class.getName()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return process(command);
  }

  @Test
  void runningDriverIsReadFromAnotherProcess() throws Exception {
    try (ScriptedServer server = ScriptedServer.start();
        Cluster cluster =
            PatientCluster.builder()
                .addContactPoint(server.address())
                .statsDirectory(folder)
                .build();
        Session session = cluster.connect()) {
      int requests = 37;
      for (int i = 0; i < requests; i++) {
        assertThat(session.execute("SELECT v FROM t").all()).isEmpty();
      }
      // What a duty cycle has done is counted at its end.
      Observations.until(
          "all to be counted", () -> cluster.metrics().counters().get("in flight") == 0);
      long counted = cluster.metrics().counters().get("requests");
      assertThat(counted).isGreaterThan(requests);

      Outcome json = statInAnotherProcess("stat", folder, "--json");
      assertThat(json.err()).isEmpty();
      assertThat(json.exitCode()).isEqualTo(Stat.OK);
      assertThat(json.total("requests")).isEqualTo(counted);
      assertThat(json.total("responses")).isEqualTo(counted);
      assertThat(json.total("in flight")).isZero();
      assertThat(json.total("open connections")).isPositive();
      assertThat(json.out())
          .contains("\"alive\":true")
          .contains("\"pid\":" + ProcessHandle.current().pid())
          .contains("\"peregrine-selector-0\":{")
          .contains(
              "\"cluster\":\""
                  + server.address().getHostString()
                  + ":"
                  + server.address().getPort());

      Outcome live = statInAnotherProcess(folder, "--interval", "0.05", "--count", "2");
      assertThat(live.exitCode()).isEqualTo(Stat.OK);
      assertThat(live.out().lines().filter(line -> line.startsWith("requests")).toList())
          .hasSize(2)
          .first()
          .asString()
          .containsPattern("requests +" + counted);
      assertThat(live.out().lines().filter(line -> line.startsWith("requests")).toList().get(1))
          .containsPattern("requests +" + counted + " +0");
    }
  }

  @Test
  void filesCountersAreTheClustersOwn() {
    try (ScriptedServer server = ScriptedServer.start();
        Cluster cluster =
            PatientCluster.builder()
                .addContactPoint(server.address())
                .statsDirectory(folder)
                .build();
        Session session = cluster.connect()) {
      session.execute("SELECT v FROM t");
      // What a duty cycle has done is counted at its end.
      Observations.until(
          "the counters of the cluster to be those of the file",
          () -> {
            Outcome json = stat(folder, "--json");
            return cluster.metrics().counters().entrySet().stream()
                .allMatch(counter -> json.total(counter.getKey()) == counter.getValue());
          });
    }
  }

  @Test
  void closedDriverLeavesNoFile() {
    Path directory = folder.resolve("stats");
    try (ScriptedServer server = ScriptedServer.start()) {
      Cluster cluster =
          PatientCluster.builder()
              .addContactPoint(server.address())
              .statsDirectory(directory)
              .build();
      cluster.connect();
      assertThat(stat(directory, "--count", 1).exitCode()).isEqualTo(Stat.OK);
      cluster.close();
      assertThat(directory).doesNotExist();
      assertThat(cluster.metrics().counters().get("connections opened")).isPositive();
      assertThat(cluster.metrics().counters()).containsEntry("open connections", 0L);
    }
  }

  @Test
  void crashedDriverLeavesAReadableFileAndTheNextOneReplacesIt() throws Exception {
    try (ScriptedServer server = ScriptedServer.start()) {
      Outcome crash =
          process(
              List.of(
                  JAVA,
                  "-Xmx128m",
                  "--add-opens",
                  "java.base/jdk.internal.misc=ALL-UNNAMED",
                  "-cp",
                  System.getProperty("java.class.path"),
                  CrashingDriver.class.getName(),
                  "" + server.address().getPort(),
                  folder.toString(),
                  "12"));
      assertThat(crash.exitCode()).as(crash.err()).isEqualTo(CrashingDriver.EXIT_CODE);

      Outcome json = stat(folder, "--json");
      assertThat(json.exitCode()).isEqualTo(Stat.DEAD);
      assertThat(json.err()).contains("is dead");
      assertThat(json.out()).contains("\"alive\":false");
      assertThat(json.total("responses")).isGreaterThanOrEqualTo(12);
      Outcome table = stat(folder);
      assertThat(table.exitCode()).isEqualTo(Stat.DEAD);
      assertThat(table.out()).contains("DEAD").contains("requests");

      try (Cluster cluster =
          PatientCluster.builder()
              .addContactPoint(server.address())
              .statsDirectory(folder)
              .build()) {
        assertThat(cluster.isClosed()).isFalse();
        Outcome fresh = stat(folder, "--json");
        assertThat(fresh.exitCode()).isEqualTo(Stat.OK);
        assertThat(fresh.total("responses")).isZero();
      }
    }
  }

  @Test
  void missingDirectoryIsNamed() {
    Outcome outcome = stat(folder.resolve("nowhere"));
    assertThat(outcome.exitCode()).isEqualTo(Stat.NO_FILE);
    assertThat(outcome.err()).contains("nowhere does not exist");
    assertThat(outcome.out()).isEmpty();
    Outcome empty = stat(folder);
    assertThat(empty.exitCode()).isEqualTo(Stat.NO_FILE);
    assertThat(empty.err()).contains("no " + CountersFileDescriptor.FILE_NAME + " in " + folder);
  }

  private void write(ByteBuffer bytes) throws Exception {
    Files.write(folder.resolve(CountersFileDescriptor.FILE_NAME), bytes.array());
  }

  @Test
  void otherLayoutIsRefused() throws Exception {
    ByteBuffer bytes = ByteBuffer.allocate(4096).order(ByteOrder.nativeOrder());
    write(bytes);
    assertThat(stat(folder).exitCode()).isEqualTo(Stat.NO_FILE);
    bytes.putInt(CountersFileDescriptor.VERSION_OFFSET, CountersFileDescriptor.LAYOUT_VERSION + 1);
    write(bytes);
    Outcome newer = stat(folder);
    assertThat(newer.exitCode()).isEqualTo(Stat.OTHER_LAYOUT);
    assertThat(newer.err())
        .contains("version " + (CountersFileDescriptor.LAYOUT_VERSION + 1))
        .contains("reads version " + CountersFileDescriptor.LAYOUT_VERSION);
    bytes.putInt(CountersFileDescriptor.VERSION_OFFSET, CountersFileDescriptor.LAYOUT_VERSION);
    bytes.putInt(CountersFileDescriptor.METADATA_LENGTH_OFFSET, Integer.MAX_VALUE);
    write(bytes);
    assertThat(stat(folder).exitCode()).isEqualTo(Stat.OTHER_LAYOUT);
    write(ByteBuffer.allocate(10));
    assertThat(stat(folder).exitCode()).isEqualTo(Stat.OTHER_LAYOUT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "--nonsense x", "x y", "x --interval", "x --interval no", "x --count 0"})
  void wrongArgumentsShowTheUsage(String arguments) {
    Object[] each = arguments.isEmpty() ? new Object[0] : arguments.split(" ");
    Outcome outcome = stat(each);
    assertThat(outcome.exitCode()).isEqualTo(Stat.USAGE);
    assertThat(outcome.err()).contains("Usage: stat DIRECTORY");
  }

  @Test
  void eachAgentIsShownByItself() {
    try (ScriptedServer server = ScriptedServer.start();
        Cluster cluster =
            PatientCluster.builder()
                .addContactPoint(server.address())
                .statsDirectory(folder)
                .build()) {
      assertThat(cluster.isClosed()).isFalse();
      assertThat(stat("stat", folder, "--agents", "--count", 1).out())
          .contains("peregrine-selector-0\n");
    }
  }
}
