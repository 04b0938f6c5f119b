package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.queryMatching;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.response.event.SchemaChangeEvent;
import io.peregrine.metadata.Metadata;
import io.peregrine.metadata.TokenMap;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Observations;
import io.peregrine.testkit.server.RequestMatcher;
import io.peregrine.testkit.server.ServerConnection;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whoever reads metadata sees what there was or what there is, and nothing in between. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class MetadataSnapshotTest {
  private static final int NODES = 3;
  private static final int ROUNDS = 50;
  private static final RequestMatcher KEYSPACES =
      queryMatching("(?s).*FROM system_schema\\.keyspaces.*");
  private static final RequestMatcher TABLES = queryMatching("(?s).*FROM system_schema\\.tables.*");

  private static RoutingScene scene(int replicas) {
    return RoutingScene.open(
        NODES, replicas, builder -> builder.schemaEventRefreshWindow(Duration.ZERO));
  }

  private static Map<String, String> simple(int replicas) {
    return Map.of("class", "SimpleStrategy", "replication_factor", String.valueOf(replicas));
  }

  private static int replicas(Metadata metadata) {
    return metadata
        .tokenMap()
        .map(tokens -> tokens.getReplicas(RoutingScene.KEYSPACE, ByteBuffer.wrap(new byte[] {1})))
        .map(nodes -> nodes.size())
        .orElse(0);
  }

  /** What a snapshot lacks, or null. */
  private static @Nullable String gap(Metadata metadata, int replicas) {
    if (metadata.nodes().size() != NODES) {
      return "nodes: " + metadata.nodes();
    }
    if (metadata.keyspace(RoutingScene.KEYSPACE).isEmpty()) {
      return "keyspaces: " + metadata.keyspaces();
    }
    return replicas(metadata) == replicas ? null : "token map: " + metadata.tokenMap();
  }

  @Test
  void readerNeverSeesAGapWhileAllIsReadAnew() {
    try (RoutingScene scene = scene(2)) {
      AtomicBoolean over = new AtomicBoolean();
      AtomicLong reads = new AtomicLong();
      CompletableFuture<@Nullable String> gap =
          CompletableFuture.supplyAsync(
              () -> {
                String found = null;
                while (found == null && !over.get()) {
                  found = gap(scene.cluster.metadata(), 2);
                  reads.incrementAndGet();
                }
                return found;
              });
      Observations.until("a read", () -> reads.get() > 0);
      TokenMap before = scene.cluster.metadata().tokenMap().orElseThrow();
      for (int i = 0; i < ROUNDS; i++) {
        scene.cluster.refreshNodes(true);
        scene.cluster.schema().refreshKeyspace(RoutingScene.KEYSPACE);
        scene.cluster.schema().refresh(Duration.ZERO);
      }
      over.set(true);
      assertThat(gap.join()).isNull();
      assertThat(scene.cluster.metadata().tokenMap().orElseThrow()).isNotSameAs(before);
    }
  }

  @Test
  void replicationIsStillFollowedWhenTheSchemaIsSwitchedOffAtRunTime() {
    try (RoutingScene scene = scene(1)) {
      scene.cluster.setSchemaMetadataEnabled(false);
      scene.cluster.refreshNodes(false);
      int before = scene.nodes.asked(TABLES);
      assertThat(replicas(scene.cluster.metadata())).isEqualTo(1);
      scene.nodes.on(KEYSPACES, exchange -> exchange.reply(RoutingScene.keyspaces(simple(2))));
      control(scene)
          .pushEvent(
              new SchemaChangeEvent("UPDATED", "KEYSPACE", RoutingScene.KEYSPACE, null, null));
      Observations.until("two replicas", () -> replicas(scene.cluster.metadata()) == 2);
      assertThat(scene.nodes.asked(TABLES)).isEqualTo(before);
    }
  }

  private static ServerConnection control(RoutingScene scene) {
    return scene.nodes.server(0).observed().openConnections().stream()
        .filter(connection -> !connection.registeredEvents().isEmpty())
        .findFirst()
        .orElseThrow();
  }
}
