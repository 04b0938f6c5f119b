package io.peregrine.metrics;

import io.peregrine.Cluster;
import io.peregrine.PatientCluster;
import io.peregrine.Session;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** A process that uses a driver, and dies without closing it. */
final class CrashingDriver {
  static final int EXIT_CODE = 7;

  private CrashingDriver() {}

  /** Takes port, directory, and how many queries to run. */
  public static void main(String[] arguments) {
    InetSocketAddress server = new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0]));
    Cluster cluster =
        PatientCluster.builder()
            .addContactPoint(server)
            .statsDirectory(Path.of(arguments[1]))
            .build();
    Session session = cluster.connect();
    for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
      session.execute("SELECT v FROM t");
    }
    Runtime.getRuntime().halt(EXIT_CODE);
  }
}
