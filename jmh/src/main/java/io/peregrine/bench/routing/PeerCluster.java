package io.peregrine.bench.routing;

import com.datastax.oss.driver.api.core.CqlIdentifier;
import com.datastax.oss.driver.api.core.metadata.Node;
import com.datastax.oss.driver.api.core.metadata.schema.KeyspaceMetadata;
import com.datastax.oss.driver.internal.core.context.InternalDriverContext;
import com.datastax.oss.driver.internal.core.metadata.DefaultEndPoint;
import com.datastax.oss.driver.internal.core.metadata.DefaultNode;
import com.datastax.oss.driver.internal.core.metadata.schema.DefaultKeyspaceMetadata;
import com.datastax.oss.driver.internal.core.metadata.token.DefaultReplicationStrategyFactory;
import com.datastax.oss.driver.internal.core.metadata.token.DefaultTokenMap;
import com.datastax.oss.driver.internal.core.metadata.token.Murmur3TokenFactory;
import com.datastax.oss.driver.internal.core.metadata.token.ReplicationStrategyFactory;
import com.datastax.oss.driver.internal.core.metrics.MetricsFactory;
import com.datastax.oss.driver.internal.core.metrics.NoopNodeMetricUpdater;
import io.peregrine.metadata.NodeTokens;
import java.lang.reflect.Field;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * The same cluster as the Java driver would know it, to make its token map of. Immutable once made.
 */
public final class PeerCluster {
  private final List<Node> nodes = new ArrayList<>();
  private final List<KeyspaceMetadata> keyspaces = new ArrayList<>();
  private final ReplicationStrategyFactory strategies;

  /**
   * The cluster.
   *
   * @param tokens its nodes and their tokens
   * @param replication the replication settings of each keyspace
   */
  public PeerCluster(List<NodeTokens> tokens, Map<String, Map<String, String>> replication) {
    InternalDriverContext context = context();
    strategies = new DefaultReplicationStrategyFactory(context);
    for (NodeTokens one : tokens) {
      InetSocketAddress address = InetSocketAddress.createUnresolved("node", 1 + nodes.size());
      DefaultNode node = new DefaultNode(new DefaultEndPoint(address), context);
      set(node, "hostId", one.node().hostId());
      set(node, "datacenter", one.node().datacenter());
      set(node, "rack", one.node().rack());
      set(node, "rawTokens", new HashSet<>(one.tokens()));
      nodes.add(node);
    }
    replication.forEach(
        (name, settings) ->
            keyspaces.add(
                new DefaultKeyspaceMetadata(
                    CqlIdentifier.fromInternal(name),
                    true,
                    false,
                    settings,
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    Map.of())));
  }

  /**
   * Its token map.
   *
   * @return a new map
   */
  public DefaultTokenMap tokenMap() {
    return DefaultTokenMap.build(nodes, keyspaces, new Murmur3TokenFactory(), strategies, "bench");
  }

  /** As much of the driver as nodes and strategies ask for when they are made. */
  private static InternalDriverContext context() {
    MetricsFactory metrics =
        (MetricsFactory)
            Proxy.newProxyInstance(
                MetricsFactory.class.getClassLoader(),
                new Class<?>[] {MetricsFactory.class},
                (proxy, method, arguments) -> NoopNodeMetricUpdater.INSTANCE);
    return (InternalDriverContext)
        Proxy.newProxyInstance(
            InternalDriverContext.class.getClassLoader(),
            new Class<?>[] {InternalDriverContext.class},
            (proxy, method, arguments) ->
                method.getReturnType() == String.class ? "bench" : metrics);
  }

  private static void set(DefaultNode node, String name, Object value) {
    try {
      Field field = DefaultNode.class.getDeclaredField(name);
      field.setAccessible(true);
      field.set(node, value);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the Java driver's nodes have changed", e);
    }
  }
}
