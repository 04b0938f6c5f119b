package io.peregrine.bench.scale;

import io.peregrine.Cluster;
import io.peregrine.Session;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** This driver, with the same settings as the other. Used by one thread. */
final class PeregrineAtScale implements ScaleDriver {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final Cluster cluster;
  private final Session session;

  private PeregrineAtScale(Cluster cluster) {
    this.cluster = cluster;
    this.session = cluster.connect();
  }

  static ScaleDriver open(InetSocketAddress contact, boolean tokenMap) {
    return new PeregrineAtScale(
        Cluster.builder()
            .addContactPoint(contact)
            .tokenMetadataEnabled(tokenMap)
            .topologyEventRefreshWindow(Duration.ZERO)
            .requestTimeout(PATIENCE)
            .controlConnectionTimeout(PATIENCE)
            .connectTimeout(PATIENCE)
            .build());
  }

  @Override
  public int nodes() {
    return cluster.nodes().size();
  }

  @Override
  public @Nullable Object tokenMap() {
    return cluster.metadata().tokenMap().orElse(null);
  }

  @Override
  public int replicas(String keyspace, long key) {
    return cluster
        .metadata()
        .tokenMap()
        .orElseThrow()
        .getReplicas(keyspace, ByteBuffer.allocate(Long.BYTES).putLong(0, key))
        .size();
  }

  @Override
  public CompletionStage<?> send() {
    return session.executeAsync("INSERT INTO ks0.t (k) VALUES (1)");
  }

  @Override
  public void close() {
    cluster.close();
  }
}
