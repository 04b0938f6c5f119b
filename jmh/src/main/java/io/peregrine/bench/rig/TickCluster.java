package io.peregrine.bench.rig;

import io.peregrine.Cluster;
import io.peregrine.ClusterBuilder;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLContext;

/** What this driver's plug-ins have in common. Stateless: any thread may use it. */
final class TickCluster {
  private TickCluster() {}

  /** This driver's defaults, and TLS if the rig says so. */
  static ClusterBuilder builder(InetSocketAddress server) {
    ClusterBuilder builder = Cluster.builder().addContactPoint(server);
    SSLContext tls = RigTls.context();
    return tls == null ? builder : builder.sslContext(tls);
  }
}
