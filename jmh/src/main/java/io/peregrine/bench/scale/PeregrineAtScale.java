package io.peregrine.bench.scale;

import io.peregrine.Cluster;
import io.peregrine.Node;
import io.peregrine.Session;
import io.peregrine.SimpleStatement;
import io.peregrine.metadata.Metadata;
import io.peregrine.metadata.NodeTokens;
import io.peregrine.metadata.Token;
import io.peregrine.metadata.TokenMap;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
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
  public Supplier<?> tokenMapMaker() {
    Metadata metadata = cluster.metadata();
    TokenMap map = metadata.tokenMap().orElseThrow();
    List<NodeTokens> nodes = new ArrayList<>();
    for (Node node : metadata.nodes().values()) {
      nodes.add(new NodeTokens(node, map.tokens(node).stream().map(Token::literal).toList()));
    }
    Map<String, Map<String, String>> replication = new TreeMap<>();
    metadata.keyspaces().forEach((name, keyspace) -> replication.put(name, keyspace.replication()));
    return () -> TokenMap.of(map.partitioner(), nodes, replication);
  }

  @Override
  public CompletionStage<?> send(long key) {
    return session.executeAsync(
        SimpleStatement.of(INSERT)
            .setKeyspace(KEYSPACE)
            .setRoutingKey(ByteBuffer.allocate(Long.BYTES).putLong(0, key)));
  }

  @Override
  public void close() {
    cluster.close();
  }
}
