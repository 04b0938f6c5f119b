package io.peregrine.bench.scale;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.metadata.TokenMap;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The Java driver 4. Used by one thread.
 *
 * <p>Its defaults, but for timeouts, which the many nodes need, and no waiting for further events.
 */
final class JavaDriverAtScale implements ScaleDriver {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final CqlSession session;

  private JavaDriverAtScale(CqlSession session) {
    this.session = session;
  }

  static ScaleDriver open(InetSocketAddress contact, boolean tokenMap) {
    DriverConfigLoader config =
        DriverConfigLoader.programmaticBuilder()
            .withBoolean(DefaultDriverOption.METADATA_TOKEN_MAP_ENABLED, tokenMap)
            .withDuration(DefaultDriverOption.METADATA_TOPOLOGY_WINDOW, Duration.ofMillis(1))
            .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, PATIENCE)
            .withDuration(DefaultDriverOption.CONTROL_CONNECTION_TIMEOUT, PATIENCE)
            .withDuration(DefaultDriverOption.CONNECTION_INIT_QUERY_TIMEOUT, PATIENCE)
            .withDuration(DefaultDriverOption.METADATA_SCHEMA_REQUEST_TIMEOUT, PATIENCE)
            .withInt(DefaultDriverOption.NETTY_IO_SHUTDOWN_QUIET_PERIOD, 0)
            .withInt(DefaultDriverOption.NETTY_ADMIN_SHUTDOWN_QUIET_PERIOD, 0)
            .build();
    return new JavaDriverAtScale(
        CqlSession.builder()
            .withConfigLoader(config)
            .addContactPoint(contact)
            .withLocalDatacenter("dc1")
            .build());
  }

  @Override
  public int nodes() {
    return session.getMetadata().getNodes().size();
  }

  @Override
  public @Nullable Object tokenMap() {
    return session.getMetadata().getTokenMap().orElse(null);
  }

  @Override
  public int replicas(String keyspace, long key) {
    TokenMap map = session.getMetadata().getTokenMap().orElseThrow();
    return map.getReplicas(keyspace, ByteBuffer.allocate(Long.BYTES).putLong(0, key)).size();
  }

  @Override
  public CompletionStage<?> send() {
    return session.executeAsync("INSERT INTO ks0.t (k) VALUES (1)");
  }

  @Override
  public void close() {
    session.close();
  }
}
