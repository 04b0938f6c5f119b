package io.peregrine.bench.scale;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Connects this driver and the Java driver to a scripted cluster of a thousand nodes, in turns and
 * each in a fresh JVM, and prints what that costs. Confined to the main thread of its process.
 *
 * <p>System properties: {@code scale.nodes}, {@code scale.tokens} (of each node), {@code
 * scale.rounds}, {@code scale.changes} (of the cluster, in each round), {@code scale.drivers} (of
 * peregrine and java-driver) and {@code peers.classpaths}, the folder with the class path of the
 * other driver.
 */
public final class Scale {
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();
  private static final List<String> FLAGS =
      List.of(
          "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
          "-XX:AutoBoxCacheMax=4096",
          "-Xss512k");

  /** The servers must not stand still all at once, for whoever waits for an answer. */
  private static final List<String> SERVER_FLAGS = List.of("-XX:+UseZGC", "-Xmx4g");

  private static final List<String> CLIENT_FLAGS = List.of("-Xmx2g");

  private final int nodes = Integer.getInteger("scale.nodes", 1000);
  private final int tokens = Integer.getInteger("scale.tokens", 256);
  private final int rounds = Integer.getInteger("scale.rounds", 3);
  private final int changes = Integer.getInteger("scale.changes", 6);
  private final List<String> drivers =
      List.of(System.getProperty("scale.drivers", "peregrine,java-driver").split(","));
  private final ScaleReport report = new ScaleReport(drivers);

  private Scale() {}

  /**
   * Measures, and prints a table.
   *
   * @param args none
   * @throws IOException if a process does not do what it should
   * @throws InterruptedException if it is interrupted
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Scale scale = new Scale();
    long begin = System.nanoTime();
    for (int round = 0; round < scale.rounds; round++) {
      for (String driver : scale.drivers) {
        // Without tokens first: the difference is what they take.
        scale.run(driver, "none");
        scale.run(driver, "tokens");
      }
    }
    System.out.printf(
        "%d nodes of %d tokens, %d rounds with %d changes each, %d minutes%n",
        scale.nodes,
        scale.tokens,
        scale.rounds,
        scale.changes,
        TimeUnit.NANOSECONDS.toMinutes(System.nanoTime() - begin));
    scale.report.print();
  }

  private void run(String driver, String mode) throws IOException, InterruptedException {
    Process server = start(ownClassPath(), SERVER_FLAGS, "ScaleServer", "" + nodes, "" + tokens);
    try {
      BufferedReader fromServer = lines(server);
      String[] address = required(fromServer).split(" ");
      Process client =
          start(
              driver.equals("peregrine") ? ownClassPath() : peerClassPath(),
              CLIENT_FLAGS,
              "ScaleClient",
              driver,
              address[0],
              address[1],
              "" + nodes,
              mode,
              "" + changes);
      try {
        BufferedReader fromClient = lines(client);
        for (String line = fromClient.readLine(); line != null; line = fromClient.readLine()) {
          if (line.equals("change")) {
            send(server);
            required(fromServer);
            send(client);
          } else {
            System.err.println(driver + " " + mode + " " + line);
            report.keep(driver, mode, line);
          }
        }
        if (client.waitFor() != 0) {
          throw new IOException(driver + " failed: see above");
        }
      } finally {
        client.destroyForcibly();
      }
    } finally {
      server.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
  }

  private static Process start(
      String classPath, List<String> flags, String main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(JAVA));
    command.addAll(FLAGS);
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath, Scale.class.getPackageName() + "." + main));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    return builder.start();
  }

  private static String ownClassPath() {
    return System.getProperty("java.class.path");
  }

  /** The other driver's own libraries stand before all others. */
  private static String peerClassPath() throws IOException {
    Path file =
        Path.of(System.getProperty("peers.classpaths", "peers"))
            .resolve("java-driver/target/classpath.txt");
    return Files.readString(file).strip() + File.pathSeparator + ownClassPath();
  }

  private static BufferedReader lines(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private static String required(BufferedReader lines) throws IOException {
    String line = lines.readLine();
    if (line == null) {
      throw new IOException("the cluster's process has ended: see above");
    }
    return line;
  }

  private static void send(Process process) throws IOException {
    OutputStream out = process.getOutputStream();
    out.write('\n');
    out.flush();
  }
}
