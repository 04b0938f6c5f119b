package io.peregrine;

import io.peregrine.auth.AuthProvider;
import io.peregrine.auth.PlainTextAuthProvider;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.compress.Compression;
import io.peregrine.conductor.PoolSize;
import io.peregrine.io.Heartbeats;
import io.peregrine.io.SocketOptions;
import io.peregrine.io.TlsEngines;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;

/** The part of a {@link ClusterBuilder} that says how nodes are connected to. Not thread-safe. */
abstract sealed class ConnectionBuilder permits ConductorBuilder {
  final ContactChoices contact = new ContactChoices();
  private Heartbeats heartbeats = Heartbeats.DEFAULT;
  private SocketOptions socketOptions = SocketOptions.DEFAULT;
  private int maxInFlight = 2048;
  private int connectionsPerNode = 1;
  private int connectionsPerRemoteNode = 1;
  private boolean connectsToRemote = true;
  private @Nullable TlsEngines tls;
  private @Nullable AuthProvider authProvider;
  private NanoClock clock = SystemNanoClock.INSTANCE;

  ConnectionBuilder() {}

  /** What setters return, so that settings of all parts follow each other. */
  abstract ClusterBuilder self();

  /**
   * Adds a node to ask about the cluster. Without any, 127.0.0.1 is asked.
   *
   * @param host a name or an address; all addresses of a name are tried
   * @return this
   */
  public ClusterBuilder addContactPoint(String host) {
    contact.add(host);
    return self();
  }

  /**
   * Adds a node to ask about the cluster.
   *
   * @param address its address and CQL port
   * @return this
   */
  public ClusterBuilder addContactPoint(InetSocketAddress address) {
    contact.add(address);
    return self();
  }

  /**
   * Sets the CQL port of contact points given without one, and of nodes that do not tell theirs.
   *
   * @param port 1 to 65535; 9042 by default
   * @return this
   */
  public ClusterBuilder port(int port) {
    contact.port(port);
    return self();
  }

  /**
   * Sets the protocol version. Without it, the newest is used that both sides speak.
   *
   * @param version a version that is not a beta, unless {@link #allowBetaProtocolVersion} came
   *     before
   * @return this
   * @throws IllegalArgumentException if it is a beta, or does not have the compression that was
   *     asked for
   */
  public ClusterBuilder protocolVersion(ProtocolVersion version) {
    contact.version(version);
    return self();
  }

  /**
   * Sets whether {@link #protocolVersion} takes a version that is a beta, which servers may change
   * at any time. Each message is marked as beta then. No beta is ever found out by asking.
   *
   * @param allowed false by default
   * @return this
   */
  public ClusterBuilder allowBetaProtocolVersion(boolean allowed) {
    contact.allowBeta(allowed);
    return self();
  }

  /**
   * Sets the version of CQL to speak. A node that does not have it is not connected to.
   *
   * @param cqlVersion for example 3.4.7; by default the first that each node offers
   * @return this
   */
  public ClusterBuilder cqlVersion(String cqlVersion) {
    contact.cqlVersion(cqlVersion);
    return self();
  }

  /**
   * Has servers of version 3.11 show tables of compact storage with all the columns that they have
   * within. Later ones do not need to be told.
   *
   * @return this
   */
  public ClusterBuilder noCompact() {
    contact.startupOption("NO_COMPACT", "true");
    return self();
  }

  /**
   * Sets what requests and answers are compressed with. By default nothing is: compression costs
   * processor time on both sides for each small message, and saves bytes between them. A node that
   * does not have what is asked for by name is not connected to.
   *
   * @param compression {@link Compression#NONE} by default; {@link Compression#AUTO} for what both
   *     sides have, LZ4 rather than Snappy, and nothing if they have neither; {@link
   *     Compression#SNAPPY} in versions 3 and 4 only
   * @return this
   * @throws IllegalArgumentException if the protocol version that was set does not have it
   */
  public ClusterBuilder compression(Compression compression) {
    contact.compression(compression);
    return self();
  }

  /**
   * Sets how long connecting to a node may take, the handshake included.
   *
   * @param timeout more than zero, and a day at most; 5 seconds by default
   * @return this
   */
  public ClusterBuilder connectTimeout(Duration timeout) {
    contact.connectTimeout(timeout);
    return self();
  }

  /**
   * Sets how many requests may be in flight on one connection.
   *
   * @param requests 1 to 32,768; 2,048 by default
   * @return this
   */
  public ClusterBuilder maxRequestsPerConnection(int requests) {
    if (requests < 1 || requests > 32_768) {
      throw new IllegalArgumentException(requests + " requests; 1 to 32768 are possible");
    }
    this.maxInFlight = requests;
    return self();
  }

  /**
   * Sets how many connections a session opens to each local node. More than one pays when one
   * selector agent is not enough, or when a node spreads connections over its own threads.
   *
   * @param connections 1 to 1,024; 1 by default
   * @return this
   */
  public ClusterBuilder connectionsPerNode(int connections) {
    if (connections < 1 || connections > 1_024) {
      throw new IllegalArgumentException(
          connections + " connections to each node; 1 to 1024 are possible");
    }
    this.connectionsPerNode = connections;
    return self();
  }

  /**
   * Sets how long a connection may be silent before the server is asked, with an OPTIONS request,
   * whether it is still there. Whatever else arrives is a sign of life as well.
   *
   * @param interval the time, or {@link Duration#ZERO} for never; 30 seconds by default
   * @return this
   */
  public ClusterBuilder heartbeatInterval(Duration interval) {
    this.heartbeats = heartbeats.withInterval(interval);
    return self();
  }

  /**
   * Sets how long a server may stay silent that was asked whether it is still there. Then the
   * connection is lost, its requests fail, and another one is opened.
   *
   * @param timeout more than zero; 30 seconds by default
   * @return this
   */
  public ClusterBuilder heartbeatTimeout(Duration timeout) {
    this.heartbeats = heartbeats.withTimeout(timeout);
    return self();
  }

  /**
   * Sets an option of all sockets, before they connect.
   *
   * @param option for instance one of {@link java.net.StandardSocketOptions}; TCP_NODELAY is on
   *     unless switched off here
   * @param value its value
   * @param <T> the type of the value
   * @return this
   * @throws IllegalArgumentException if TCP sockets of this system do not have the option, or not
   *     with this value
   */
  public <T> ClusterBuilder socketOption(SocketOption<T> option, T value) {
    this.socketOptions = socketOptions.with(option, value);
    return self();
  }

  /**
   * Sets how many connections a session opens to each remote node.
   *
   * @param connections 1 to 1,024; 1 by default
   * @return this
   * @see #connectToRemoteHosts
   */
  public ClusterBuilder connectionsPerRemoteNode(int connections) {
    if (connections < 1 || connections > 1_024) {
      throw new IllegalArgumentException(
          connections
              + " connections to each remote node; 1 to 1024 are possible, and"
              + " connectToRemoteHosts(false) is for none");
    }
    this.connectionsPerRemoteNode = connections;
    return self();
  }

  /**
   * Sets whether sessions connect to remote nodes at all.
   *
   * @param connects true by default
   * @return this
   */
  public ClusterBuilder connectToRemoteHosts(boolean connects) {
    this.connectsToRemote = connects;
    return self();
  }

  /**
   * Sets what the servers are told about the application, for whoever looks at their clients.
   *
   * @param name its name
   * @param version its version
   * @return this
   */
  public ClusterBuilder application(String name, String version) {
    contact.startupOption("APPLICATION_NAME", Objects.requireNonNull(name, "name"));
    contact.startupOption("APPLICATION_VERSION", Objects.requireNonNull(version, "version"));
    return self();
  }

  /**
   * Sets what tells this client from others of the same application.
   *
   * @param id the id
   * @return this
   */
  public ClusterBuilder clientId(UUID id) {
    contact.startupOption("CLIENT_ID", id.toString());
    return self();
  }

  /**
   * Has all connections encrypted. Reads what the options name.
   *
   * @param options whom to trust, what to show, what to speak
   * @return this
   * @throws IllegalArgumentException if a file cannot be read or used, or if there is no such
   *     cipher suite
   */
  public ClusterBuilder tls(TlsOptions options) {
    this.tls = options.engines();
    return self();
  }

  /**
   * Has all connections encrypted, with a context of the application's. Nodes must have
   * certificates for the names or addresses that they are connected by.
   *
   * @param context the context, of any provider
   * @return this
   */
  public ClusterBuilder sslContext(SSLContext context) {
    return tls(TlsOptions.of(context));
  }

  /**
   * Says who the client is, by a name and a password.
   *
   * @param user the user's name
   * @param password the password; {@link PlainTextAuthProvider} takes one that can be overwritten
   * @return this
   */
  public ClusterBuilder credentials(String user, String password) {
    char[] secret = password.toCharArray();
    try {
      return authProvider(new PlainTextAuthProvider(user, secret));
    } finally {
      Arrays.fill(secret, '\0');
    }
  }

  /**
   * Says who the client is.
   *
   * @param provider asked for an authenticator for each connection whose server wants one
   * @return this
   */
  public ClusterBuilder authProvider(AuthProvider provider) {
    this.authProvider = Objects.requireNonNull(provider, "provider");
    return self();
  }

  /** Sets what the driver's time is told by; for tests. */
  ClusterBuilder clock(NanoClock clock) {
    this.clock = clock;
    return self();
  }

  /**
   * What connections have in common.
   *
   * @param threads whether there may be threads for what blocks
   */
  ConnectionSettings connectionSettings(boolean threads) {
    return new ConnectionSettings(
        clock, heartbeats, socketOptions, new ConnectionSecurity(tls, authProvider, threads));
  }

  /** Counts how often what the client logs in with has changed. */
  LongSupplier credentialChanges() {
    AuthProvider provider = authProvider;
    return provider == null ? () -> 0 : provider::changes;
  }

  PoolSize.PerNode connectionsByDistance() {
    return new PoolSize.PerNode(
        connectionsPerNode, connectsToRemote ? connectionsPerRemoteNode : 0);
  }

  int maxInFlight() {
    return maxInFlight;
  }
}
