package io.peregrine;

import static io.peregrine.testkit.server.TestStores.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peregrine.testkit.server.ScriptedServer;
import io.peregrine.testkit.server.TestStores;
import java.nio.file.Path;

/** What tests of security have in common. */
final class Secured {
  private Secured() {}

  static ClusterBuilder cluster(ScriptedServer server) {
    return PatientCluster.builder().addContactPoint(server.address());
  }

  /** Trusts one of the kit's authorities. */
  static TlsOptions trusting(String authority, Path folder) {
    Path file = TestStores.copy(authority, folder.resolve(authority + ".p12"));
    return TlsOptions.defaults().trustStore(file, PASSWORD.toCharArray());
  }

  /** Why the only node could not be connected to. */
  static Throwable refusal(ClusterBuilder builder) {
    try (Cluster cluster = builder.build()) {
      NoHostAvailableException none =
          catchThrowableOfType(NoHostAvailableException.class, cluster::connect);
      assertThat(none).as("the refusal").isNotNull();
      assertThat(none.errors()).hasSize(1);
      return none.errors().values().iterator().next();
    }
  }
}
