package io.peregrine.bench.scale;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.metadata.Metadata;
import com.datastax.oss.driver.api.core.metadata.Node;
import com.datastax.oss.driver.api.core.metadata.TokenMap;
import com.datastax.oss.driver.api.core.metadata.schema.KeyspaceMetadata;
import com.datastax.oss.driver.internal.core.context.InternalDriverContext;
import com.datastax.oss.driver.internal.core.metadata.token.DefaultTokenMap;
import com.datastax.oss.driver.internal.core.metadata.token.Murmur3TokenFactory;
import com.datastax.oss.driver.internal.core.metadata.token.ReplicationStrategyFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
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
  public Supplier<?> tokenMapMaker() {
    Metadata metadata = session.getMetadata();
    List<Node> nodes = List.copyOf(metadata.getNodes().values());
    List<KeyspaceMetadata> keyspaces = List.copyOf(metadata.getKeyspaces().values());
    ReplicationStrategyFactory strategies =
        ((InternalDriverContext) session.getContext()).getReplicationStrategyFactory();
    return () ->
        DefaultTokenMap.build(nodes, keyspaces, new Murmur3TokenFactory(), strategies, "scale");
  }

  @Override
  public CompletionStage<?> send(long key) {
    return session.executeAsync(
        SimpleStatement.newInstance(INSERT)
            .setKeyspace(KEYSPACE)
            .setRoutingKey(ByteBuffer.allocate(Long.BYTES).putLong(0, key)));
  }

  @Override
  public void close() {
    session.close();
  }
}
