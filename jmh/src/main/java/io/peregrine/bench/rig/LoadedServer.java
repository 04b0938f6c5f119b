package io.peregrine.bench.rig;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The server's process: a {@link RigServer}, or a real Cassandra. Confined to the rig's thread. */
interface LoadedServer extends AutoCloseable {
  /** Where to ask for each shape. */
  Map<Shape, InetSocketAddress> addresses();

  /** What drivers must call its data center. */
  String dataCenter();

  /** The process. */
  long pid();

  @Override
  void close() throws IOException;

  /** Starts a {@link RigServer} in a process of its own. */
  static LoadedServer scripted(List<String> jvmFlags, boolean tls) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ClientProcess.JAVA);
    command.addAll(jvmFlags);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(RigServer.class.getName());
    if (tls) {
      command.add(RigServer.TLS);
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    ClientProcess.withoutForeignFlags(builder);
    return new Scripted(builder.start());
  }

  /** The process of a {@link RigServer}. It ends when its input does, so also with the rig. */
  final class Scripted implements LoadedServer {
    private static final long PATIENCE_SECONDS = 10;

    private final Process process;
    private final Map<Shape, InetSocketAddress> addresses = new EnumMap<>(Shape.class);

    private Scripted(Process process) throws IOException {
      this.process = process;
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null && !line.isEmpty(); ) {
        ClientPlan.putServer(addresses, line);
        line = lines.readLine();
      }
      if (addresses.size() != Shape.values().length) {
        process.destroyForcibly();
        throw new IOException("the scripted server did not start");
      }
    }

    @Override
    public Map<Shape, InetSocketAddress> addresses() {
      return addresses;
    }

    @Override
    public String dataCenter() {
      return "dc1";
    }

    @Override
    public long pid() {
      return process.pid();
    }

    @Override
    public void close() throws IOException {
      process.getOutputStream().close();
      try {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        } else if (process.exitValue() != 0) {
          throw new IOException("the scripted server saw a driver break the protocol: see above");
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
