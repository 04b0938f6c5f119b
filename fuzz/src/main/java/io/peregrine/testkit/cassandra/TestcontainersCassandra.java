package io.peregrine.testkit.cassandra;

import java.net.InetSocketAddress;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.cassandra.CassandraContainer;

/**
 * The server as a Docker container. Any thread may call it.
 *
 * <p>Testcontainers is an optional dependency: its classes are only touched from here.
 */
final class TestcontainersCassandra implements CassandraServer {
  private static final String IMAGE = "cassandra:5.0";
  // The image reads its settings from a file; this way the file stays as it is.
  private static final String JVM_FLAGS =
      "-Dcassandra.config.allow_system_properties=true"
          + " -Dcassandra.settings.user_defined_functions_enabled=true"
          + " -Dcassandra.settings.materialized_views_enabled=true"
          + " -Dcassandra.settings.sasi_indexes_enabled=true"
          + " -Dcassandra.settings.dynamic_data_masking_enabled=true";

  private final CassandraContainer container;

  private TestcontainersCassandra(CassandraContainer container) {
    this.container = container;
  }

  /** Starts the container; fails if there is no Docker. */
  static CassandraServer start() {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      throw new IllegalStateException(
          "-D"
              + SharedCassandra.BACKEND_PROP_NAME
              + "="
              + SharedCassandra.TESTCONTAINERS_BACKEND
              + " needs Docker, and none answers. Start it, or leave the property out.");
    }
    CassandraContainer container = new CassandraContainer(IMAGE);
    container.withEnv("JVM_EXTRA_OPTS", JVM_FLAGS);
    container.start();
    return new TestcontainersCassandra(container);
  }

  @Override
  public InetSocketAddress contactPoint() {
    return container.getContactPoint();
  }

  @Override
  public String keepLogs() {
    return "the end of the log of Cassandra:\n" + container.getLogs();
  }

  @Override
  public void close() {
    container.stop();
  }
}
