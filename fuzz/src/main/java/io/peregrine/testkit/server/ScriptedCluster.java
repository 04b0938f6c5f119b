package io.peregrine.testkit.server;

import com.datastax.oss.protocol.internal.response.Event;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Some scripted servers on loopback addresses, 127.0.x.1, 127.0.x.2 and so on, with one port and
 * system tables that agree. Thread-safe once started.
 */
public final class ScriptedCluster implements AutoCloseable {
  private static final int ATTEMPTS = 50;
  private static final int MAX_SUBNET = 250;
  private static final int HOSTS = 254;
  private static final AtomicInteger NEXT_SUBNET = new AtomicInteger();

  private final List<ScriptedServer> servers = new ArrayList<>();
  private volatile List<NodeInfo> nodes = List.of();

  private ScriptedCluster() {}

  /**
   * Nodes of one data center {@code dc1}, all in {@code rack1}, one token each.
   *
   * @param count how many, 1 to 254
   * @return the cluster, listening
   */
  public static ScriptedCluster start(int count) {
    return builder().dataCenter("dc1", count).start();
  }

  /**
   * A cluster with other properties.
   *
   * @return their defaults, without nodes yet
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * One of the servers.
   *
   * @param index 0 for the first, in the order of the data centers
   * @return the server
   */
  public ScriptedServer server(int index) {
    return servers.get(index);
  }

  /**
   * All servers.
   *
   * @return an immutable copy
   */
  public List<ScriptedServer> servers() {
    return List.copyOf(servers);
  }

  /**
   * What the system tables say about the nodes.
   *
   * @return one for each node that is a member, in the servers' order
   */
  public List<NodeInfo> nodes() {
    return nodes;
  }

  /**
   * Where clients reach a node.
   *
   * @param index 0 for the first
   * @return its address
   */
  public InetSocketAddress address(int index) {
    return server(index).address();
  }

  /**
   * Changes what all system tables say about a node.
   *
   * @param index the server's index
   * @param change from the old row to the new one; its address must stay
   */
  public synchronized void change(int index, UnaryOperator<NodeInfo> change) {
    InetSocketAddress address = address(index);
    nodes = nodes.stream().map(n -> n.address().equals(address) ? change.apply(n) : n).toList();
  }

  /**
   * Takes a node out of all system tables, as if it had been removed; its server runs on.
   *
   * @param index the server's index
   */
  public synchronized void remove(int index) {
    InetSocketAddress address = address(index);
    nodes = nodes.stream().filter(n -> !n.address().equals(address)).toList();
  }

  /**
   * Puts a node into all system tables, again or for the first time.
   *
   * @param node the node, whose server is one of these
   */
  public synchronized void add(NodeInfo node) {
    List<NodeInfo> more = new ArrayList<>(nodes);
    more.add(node);
    nodes = List.copyOf(more);
  }

  /**
   * Gives the same script to every server.
   *
   * @param matcher which requests
   * @param responder how to answer
   */
  public void on(RequestMatcher matcher, Responder responder) {
    servers.forEach(server -> server.on(matcher, responder));
  }

  /**
   * How many of some requests each server has seen.
   *
   * @param matcher which requests
   * @return a number for each server, in their order
   */
  public int[] seen(RequestMatcher matcher) {
    return servers.stream()
        .mapToInt(server -> server.observed().requests(matcher).size())
        .toArray();
  }

  /**
   * How many of some requests all servers have seen together.
   *
   * @param matcher which requests
   * @return at least 0
   */
  public int asked(RequestMatcher matcher) {
    return IntStream.of(seen(matcher)).sum();
  }

  /**
   * Sends an event from every server to the connections that registered for its type.
   *
   * @param event the event
   */
  public void push(Event event) {
    servers.forEach(server -> server.push(event));
  }

  /** Fails if a client broke the protocol on any server. */
  public void assertNoViolations() {
    servers.forEach(server -> server.observed().assertNoViolations());
  }

  @Override
  public void close() {
    servers.forEach(ScriptedServer::close);
  }

  private NodeInfo node(InetSocketAddress address) {
    return nodes.stream()
        .filter(node -> node.address().equals(address))
        .findFirst()
        .orElseGet(() -> NodeInfo.at(address));
  }

  private List<NodeInfo> others(InetSocketAddress address) {
    return nodes.stream().filter(node -> !node.address().equals(address)).toList();
  }

  /** What a cluster is to be like. Confined to the thread that builds. */
  public static final class Builder {
    private final List<String> dataCenters = new ArrayList<>();
    private UnaryOperator<ScriptedServerBuilder> each = UnaryOperator.identity();
    private int racks = 1;
    private int tokensPerNode = 1;

    private Builder() {}

    /**
     * Adds a data center.
     *
     * @param name its name
     * @param count how many nodes it has
     * @return this
     */
    public Builder dataCenter(String name, int count) {
      for (int i = 0; i < count; i++) {
        dataCenters.add(name);
      }
      return this;
    }

    /**
     * Spreads the nodes over racks {@code rack1}, {@code rack2} and so on, in turn.
     *
     * @param count how many racks, 1 without it
     * @return this
     */
    public Builder racks(int count) {
      this.racks = count;
      return this;
    }

    /**
     * The number of tokens of each node; they cut the ring evenly.
     *
     * @param count how many, 1 without it
     * @return this
     */
    public Builder tokensPerNode(int count) {
      this.tokensPerNode = count;
      return this;
    }

    /**
     * Sets the properties of every server.
     *
     * @param settings for example {@code server -> server.versions(4).withoutPeersV2()}
     * @return this
     */
    public Builder servers(UnaryOperator<ScriptedServerBuilder> settings) {
      this.each = settings;
      return this;
    }

    /**
     * Starts it.
     *
     * @return the cluster, listening
     */
    public ScriptedCluster start() {
      for (int attempt = 1; ; attempt++) {
        ScriptedCluster cluster = new ScriptedCluster();
        try {
          startServers(cluster);
          return cluster;
        } catch (UncheckedIOException e) {
          cluster.close();
          // A port that is free on the first address may be taken on another: try the next subnet.
          if (attempt == ATTEMPTS || !(e.getCause() instanceof BindException)) {
            throw e;
          }
        }
      }
    }

    /** Clusters of a few nodes share 127.0, larger ones have a second number of their own. */
    private String host(int subnet, int node) {
      return dataCenters.size() <= HOSTS
          ? "127.0." + subnet + "." + (node + 1)
          : "127." + subnet + "." + (1 + node / HOSTS) + "." + (1 + node % HOSTS);
    }

    private void startServers(ScriptedCluster cluster) {
      int subnet = 1 + Math.floorMod(NEXT_SUBNET.getAndIncrement(), MAX_SUBNET);
      List<NodeInfo> nodes = new ArrayList<>();
      int port = 0;
      for (int i = 0; i < dataCenters.size(); i++) {
        String host = host(subnet, i);
        AtomicReference<InetSocketAddress> self = new AtomicReference<>();
        ScriptedServer server =
            each.apply(ScriptedServer.builder())
                .address(host)
                .port(port)
                .nodes(() -> cluster.node(self.get()), () -> cluster.others(self.get()))
                .start();
        cluster.servers.add(server);
        self.set(server.address());
        port = server.address().getPort();
        nodes.add(
            NodeInfo.at(server.address())
                .in(dataCenters.get(i), "rack" + (1 + i % racks))
                .withTokens(NodeInfo.evenTokens(i, dataCenters.size(), tokensPerNode)));
      }
      cluster.nodes = List.copyOf(nodes);
    }
  }
}
