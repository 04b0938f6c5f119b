package io.peregrine;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.io.SelectorAgent;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.ScriptedServer;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * A scripted server with a cluster and a session that are connected to it. Confined to the test's
 * thread; closing it fails if the driver broke the protocol.
 */
final class Scene implements AutoCloseable {
  final ScriptedServer server;
  final Cluster cluster;
  final Session session;

  private Scene(ScriptedServer server, Cluster cluster, Session session) {
    this.server = server;
    this.cluster = cluster;
    this.session = session;
  }

  static Scene open(ProtocolVersion version) {
    return open(version, builder -> builder);
  }

  static Scene open(ProtocolVersion version, UnaryOperator<ClusterBuilder> settings) {
    ScriptedServer server =
        version == ProtocolVersion.V3 || version.isDse()
            ? ScriptedServer.builder().versions(version.code()).start()
            : ScriptedServer.start();
    try {
      Cluster cluster =
          settings
              .apply(
                  PatientCluster.builder()
                      .addContactPoint(server.address())
                      .protocolVersion(version))
              .build();
      try {
        LeakCheck.track(
            "kept requests",
            () -> cluster.agents().stream().mapToLong(a -> a.keptRequests()).sum());
        LeakCheck.track(
            "leased bytes", () -> cluster.agents().stream().mapToLong(a -> a.leasedBytes()).sum());
        LeakCheck.track(
            "off-heap bytes",
            () -> cluster.agents().stream().mapToLong(a -> a.offHeapBytes()).sum());
        return new Scene(server, cluster, cluster.connect());
      } catch (RuntimeException e) {
        cluster.close();
        throw e;
      }
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /** Another session, which belongs to the calling thread. */
  Session callersSession() {
    return callersSession(ConnectOptions.callerRuns());
  }

  /** Another session, which belongs to the calling thread. */
  Session callersSession(ConnectOptions options) {
    return tracked(cluster.connect(options));
  }

  /** Has it told what the agent of a caller-runs session leaves behind. */
  static Session tracked(Session session) {
    SelectorAgent agent = Objects.requireNonNull(session.agent(), "an agent");
    LeakCheck.track("kept requests", agent::keptRequests);
    LeakCheck.track("leased bytes", agent::leasedBytes);
    LeakCheck.track("off-heap bytes", agent::offHeapBytes);
    return session;
  }

  @Override
  public void close() {
    session.close();
    cluster.close();
    server.close();
    server.observed().assertNoViolations();
  }
}
