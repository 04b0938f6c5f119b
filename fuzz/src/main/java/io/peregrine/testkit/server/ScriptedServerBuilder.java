package io.peregrine.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a server is to be like. Confined to the thread that builds. */
public final class ScriptedServerBuilder {
  InetAddress host = InetAddress.getLoopbackAddress();
  int port;
  int receiveBuffer;
  TreeSet<Integer> versions = new TreeSet<>(List.of(4, 5));
  List<String> compressions = List.of();
  @Nullable Supplier<NodeInfo> local;
  Supplier<List<NodeInfo>> peers = List::of;
  String clusterName = "Scripted Cluster";
  String releaseVersion = "5.0.9";
  boolean peersV2 = true;
  @Nullable ServerTls tls;

  ScriptedServerBuilder() {}

  /**
   * Where to listen.
   *
   * @param numericAddress for example 127.0.3.1; 127.0.0.1 without it
   * @return this
   */
  public ScriptedServerBuilder address(String numericAddress) {
    try {
      this.host = InetAddress.getByName(numericAddress);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The port.
   *
   * @param newPort 0, as without it, takes a free one
   * @return this
   */
  public ScriptedServerBuilder port(int newPort) {
    this.port = newPort;
    return this;
  }

  /**
   * The protocol versions that it speaks.
   *
   * @param newVersions of 3, 4, 5, 6, 65 and 66; 4 and 5 without it
   * @return this
   */
  public ScriptedServerBuilder versions(Integer... newVersions) {
    this.versions = new TreeSet<>(List.of(newVersions));
    return this;
  }

  /**
   * The compression algorithms that SUPPORTED lists and STARTUP may ask for.
   *
   * @param algorithms of lz4 and snappy; none without it
   * @return this
   */
  public ScriptedServerBuilder compressions(String... algorithms) {
    this.compressions = List.of(algorithms);
    return this;
  }

  /**
   * The socket receive buffer, to have a client's sends stall early when reading is paused.
   *
   * @param bytes its size
   * @return this
   */
  public ScriptedServerBuilder receiveBuffer(int bytes) {
    this.receiveBuffer = bytes;
    return this;
  }

  /**
   * The server version that the system tables report.
   *
   * @param version for example 3.11.19
   * @return this
   */
  public ScriptedServerBuilder releaseVersion(String version) {
    this.releaseVersion = version;
    return this;
  }

  /**
   * The name of the cluster.
   *
   * @param newName the name
   * @return this
   */
  public ScriptedServerBuilder clusterName(String newName) {
    this.clusterName = newName;
    return this;
  }

  /** Answers {@code system.peers_v2} like Cassandra 3: no such table. */
  public ScriptedServerBuilder withoutPeersV2() {
    this.peersV2 = false;
    return this;
  }

  /**
   * Speaks TLS only.
   *
   * @param newTls how
   * @return this
   */
  public ScriptedServerBuilder tls(ServerTls newTls) {
    this.tls = newTls;
    return this;
  }

  /**
   * What the system tables say; asked anew for each query.
   *
   * @param self the row of {@code system.local}
   * @param others the rows of {@code system.peers} and {@code system.peers_v2}
   * @return this
   */
  public ScriptedServerBuilder nodes(Supplier<NodeInfo> self, Supplier<List<NodeInfo>> others) {
    this.local = self;
    this.peers = others;
    return this;
  }

  /**
   * Starts it.
   *
   * @return the server, listening
   */
  public ScriptedServer start() {
    try {
      return ScriptedServer.start(this);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + host + ":" + port, e);
    }
  }
}
