package io.peregrine;

import io.peregrine.auth.AuthProvider;
import io.peregrine.auth.PlainTextAuthProvider;
import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.compress.Compression;
import io.peregrine.conductor.ClusterProxy;
import io.peregrine.conductor.PolicyGroup;
import io.peregrine.conductor.PolicySet;
import io.peregrine.conductor.PoolSize;
import io.peregrine.conductor.RefreshSettings;
import io.peregrine.io.SocketOptions;
import io.peregrine.io.TlsEngines;
import io.peregrine.policy.AddressTranslator;
import io.peregrine.policy.ConvictionPolicy;
import io.peregrine.policy.DefaultLoadBalancingPolicy;
import io.peregrine.policy.LoadBalancingPolicy;
import io.peregrine.policy.MonotonicTimestampGenerator;
import io.peregrine.policy.ReconnectionPolicy;
import io.peregrine.policy.RetryPolicy;
import io.peregrine.policy.SpeculativeExecutionPolicy;
import io.peregrine.policy.TimestampGenerator;
import io.peregrine.type.TypeCodecs;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Describes a cluster. Not thread-safe. Every setter checks its value at once and returns this. */
public final class ClusterBuilder {
  private final ContactChoices contact = new ContactChoices();
  private ExecutionProfile.Builder standard = ExecutionProfile.builder();
  private final Map<ProfileKey, ExecutionProfile> profiles = new LinkedHashMap<>();
  private int pageSize = 5000;
  private int maxInFlight = 2048;
  private boolean useClientTimestamp = true;
  private @Nullable TimestampGenerator timestampGenerator;
  private TypeCodecs codecs = new TypeCodecs();
  private Duration heartbeatInterval = Duration.ofSeconds(30);
  private Duration heartbeatTimeout = Duration.ofSeconds(30);
  private SocketOptions socketOptions = SocketOptions.DEFAULT;
  private @Nullable Idle idle = Idle.SELECT;
  private int agents = 1;
  private List<Integer> cores = List.of();
  private int connectionsPerNode = 1;
  private @Nullable Path statsDirectory;
  private boolean latencies = true;
  private int flightRecords = 256;
  private int connectionsPerRemoteNode = 1;
  private boolean connectsToRemote = true;
  private boolean prepareOnAllHosts = true;
  private boolean reprepareOnUp = true;
  private int preparedCacheSize = 4_096;
  private Duration schemaAgreement = Duration.ofSeconds(10);
  private Duration schemaWindow = Duration.ofSeconds(2);
  private Duration topologyWindow = Duration.ofSeconds(10);
  private Duration statusWindow = Duration.ofSeconds(2);
  private boolean schemaMetadata = true;
  private boolean tokenMetadata = true;
  private int mostAttempts = 16;
  private ReconnectionPolicy reconnection =
      ReconnectionPolicy.exponential(Duration.ofSeconds(1), Duration.ofMinutes(10));
  private Function<? super Node, ? extends ConvictionPolicy> conviction =
      node -> ConvictionPolicy.simple();
  private AddressTranslator translator = AddressTranslator.IDENTITY;
  private @Nullable TlsEngines tls;
  private @Nullable AuthProvider authProvider;

  ClusterBuilder() {}

  /**
   * Adds a node to ask about the cluster. Without any, 127.0.0.1 is asked.
   *
   * @param host a name or an address; all addresses of a name are tried
   * @return this
   */
  public ClusterBuilder addContactPoint(String host) {
    contact.add(host);
    return this;
  }

  /**
   * Adds a node to ask about the cluster.
   *
   * @param address its address and CQL port
   * @return this
   */
  public ClusterBuilder addContactPoint(InetSocketAddress address) {
    contact.add(address);
    return this;
  }

  /**
   * Sets the CQL port of contact points given without one, and of nodes that do not tell theirs.
   *
   * @param port 1 to 65535; 9042 by default
   * @return this
   */
  public ClusterBuilder port(int port) {
    contact.port(port);
    return this;
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
    return this;
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
    return this;
  }

  /**
   * Sets the version of CQL to speak. A node that does not have it is not connected to.
   *
   * @param cqlVersion for example 3.4.7; by default the first that each node offers
   * @return this
   */
  public ClusterBuilder cqlVersion(String cqlVersion) {
    contact.cqlVersion(cqlVersion);
    return this;
  }

  /**
   * Has servers of version 3.11 show tables of compact storage with all the columns that they have
   * within. Later ones do not need to be told.
   *
   * @return this
   */
  public ClusterBuilder noCompact() {
    contact.startupOption("NO_COMPACT", "true");
    return this;
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
    return this;
  }

  /**
   * Sets how long connecting to a node may take, the handshake included.
   *
   * @param timeout more than zero, and a day at most; 5 seconds by default
   * @return this
   */
  public ClusterBuilder connectTimeout(Duration timeout) {
    contact.connectTimeout(timeout);
    return this;
  }

  /**
   * Adds an execution profile. It has nothing of what is set on this builder for requests that name
   * none, but the load balancing policy if it has none of its own.
   *
   * @param key what statements and calls name it by; {@link ProfileKey#DEFAULT} for requests that
   *     name none: then it takes the place of what {@link #consistency}, {@link #requestTimeout},
   *     {@link #loadBalancingPolicy} and the other settings of that profile have set before
   * @param profile the profile
   * @return this
   * @throws IllegalStateException if there is one of this key already
   */
  public ClusterBuilder executionProfile(ProfileKey key, ExecutionProfile profile) {
    ExecutionProfile.Builder like = profile.toBuilder();
    if (profiles.putIfAbsent(Objects.requireNonNull(key, "key"), profile) != null) {
      throw ClusterProfiles.duplicate(key);
    }
    if (key.equals(ProfileKey.DEFAULT)) {
      standard = like;
    }
    return this;
  }

  /**
   * Sets how long a request may take that does not say otherwise, in the default profile.
   *
   * @param timeout the time, or {@link Duration#ZERO} for as long as it takes; 10 seconds by
   *     default
   * @return this
   */
  public ClusterBuilder requestTimeout(Duration timeout) {
    standard.requestTimeout(timeout);
    return this;
  }

  /**
   * Sets how many replicas have to answer a request that does not say otherwise, in the default
   * profile.
   *
   * @param consistency the level; LOCAL_ONE by default
   * @return this
   */
  public ClusterBuilder consistency(ConsistencyLevel consistency) {
    standard.consistency(consistency);
    return this;
  }

  /**
   * Sets how many rows come in one answer to a request that does not say otherwise, in new
   * sessions.
   *
   * @param rows at least 1, or 0 for all at once; 5,000 by default
   * @return this
   */
  public ClusterBuilder pageSize(int rows) {
    Statement.checkPageSize(rows);
    this.pageSize = rows;
    return this;
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
    return this;
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
    return this;
  }

  /**
   * Sets how many selector agents share the connections, each with a thread, a ring and buffers of
   * its own. Few busy agents beat many idle ones, so this is at most the number of cores that are
   * for the driver. A session uses as many of them as it has connections.
   *
   * @param agents 1 to 1,024; 1 by default
   * @return this
   */
  public ClusterBuilder selectorAgents(int agents) {
    if (agents < 1 || agents > 1_024) {
      throw new IllegalArgumentException(agents + " selector agents; 1 to 1024 are possible");
    }
    this.agents = agents;
    return this;
  }

  /**
   * Ties the thread of each selector agent to a core. Needs {@code net.openhft:affinity}; a thread
   * that cannot be tied runs unpinned, and the log says why.
   *
   * @param cores the system's numbers of them, the first agent's first; as many as there are
   *     agents, or none
   * @return this
   */
  public ClusterBuilder selectorCores(int... cores) {
    List<Integer> checked = new ArrayList<>();
    for (int core : cores) {
      if (core < 0) {
        throw new IllegalArgumentException("core " + core + "; they are counted from 0 on");
      }
      checked.add(core);
    }
    this.cores = checked;
    return this;
  }

  /**
   * Sets how long a connection may be silent before the server is asked, with an OPTIONS request,
   * whether it is still there. Whatever else arrives is a sign of life as well.
   *
   * @param interval the time, or {@link Duration#ZERO} for never; 30 seconds by default
   * @return this
   */
  public ClusterBuilder heartbeatInterval(Duration interval) {
    if (interval.isNegative()) {
      throw new IllegalArgumentException(
          "a heartbeat interval of " + interval + "; zero switches heartbeats off");
    }
    this.heartbeatInterval = interval;
    return this;
  }

  /**
   * Sets how long a server may stay silent that was asked whether it is still there. Then the
   * connection is lost, its requests fail, and another one is opened.
   *
   * @param timeout more than zero; 30 seconds by default
   * @return this
   */
  public ClusterBuilder heartbeatTimeout(Duration timeout) {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException(
          "a heartbeat timeout of "
              + timeout
              + "; more than zero is needed, and an interval of zero switches heartbeats off");
    }
    this.heartbeatTimeout = timeout;
    return this;
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
    return this;
  }

  /**
   * Sets what the selector threads do when there is nothing to do.
   *
   * @param idle {@link Idle#SELECT} by default
   * @return this
   */
  public ClusterBuilder idle(Idle idle) {
    this.idle = idle;
    return this;
  }

  /**
   * Gives the driver no threads: it runs when {@link Cluster#invoke} is called, or while a call of
   * the application waits. Cluster and sessions then belong to the thread that builds them.
   *
   * @return this
   */
  public ClusterBuilder invoked() {
    this.idle = null;
    return this;
  }

  /**
   * Has the counters stand in a file, where {@link io.peregrine.metrics.Stat} reads them while the
   * driver runs. Without it there is no file. A directory in memory, such as one below {@code
   * /dev/shm}, never makes the driver wait for a disk.
   *
   * @param directory a directory for this cluster alone; it is made if there is none, and the file
   *     is removed when the cluster is closed
   * @return this
   */
  public ClusterBuilder statsDirectory(Path directory) {
    this.statsDirectory = Objects.requireNonNull(directory, "directory");
    return this;
  }

  /**
   * Sets whether the latencies of requests are recorded, for {@link Cluster#metrics}.
   *
   * @param recorded true by default
   * @return this
   */
  public ClusterBuilder recordLatencies(boolean recorded) {
    this.latencies = recorded;
    return this;
  }

  /**
   * Sets how many envelopes each connection remembers, for {@link Cluster#flightRecords} and for
   * the log when it is lost: headers and times, never what stands in them.
   *
   * @param envelopes 0 for none, up to 65,536; 256 by default
   * @return this
   */
  public ClusterBuilder flightRecords(int envelopes) {
    if (envelopes < 0 || envelopes > 65_536) {
      throw new IllegalArgumentException(envelopes + " flight records; 0 to 65536 are possible");
    }
    this.flightRecords = envelopes;
    return this;
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
    return this;
  }

  /**
   * Sets whether sessions connect to remote nodes at all.
   *
   * @param connects true by default
   * @return this
   */
  public ClusterBuilder connectToRemoteHosts(boolean connects) {
    this.connectsToRemote = connects;
    return this;
  }

  /**
   * Sets whether a statement that one node has prepared is prepared on all others too that the
   * session is connected to, before {@link Session#prepare} returns. Without it, another node is
   * told the first time that it is asked, which costs that request two round trips more.
   *
   * @param all true by default
   * @return this
   */
  public ClusterBuilder prepareOnAllHosts(boolean all) {
    this.prepareOnAllHosts = all;
    return this;
  }

  /**
   * Sets whether a node that comes up, or is new, is told all prepared statements that are in use
   * before requests go to it.
   *
   * @param prepares true by default
   * @return this
   */
  public ClusterBuilder reprepareOnUp(boolean prepares) {
    this.reprepareOnUp = prepares;
    return this;
  }

  /**
   * Sets how many prepared statements are remembered, in all sessions together: {@link
   * Session#prepare} asks no server for them, and {@link #reprepareOnUp} is about them. Where there
   * are more, the eldest is forgotten that has not been used for long; who holds it can go on using
   * it.
   *
   * @param statements how many; 4,096 by default, 0 for none
   * @return this
   * @throws IllegalArgumentException if it is negative
   */
  public ClusterBuilder preparedCacheSize(int statements) {
    if (statements < 0) {
      throw new IllegalArgumentException("a cache of " + statements + " prepared statements");
    }
    this.preparedCacheSize = statements;
    return this;
  }

  /**
   * Sets how long each query of the driver's own may take: who is in the cluster, and what is in
   * its keyspaces.
   *
   * @param timeout the time, or {@link Duration#ZERO} for as long as it takes; 2 seconds by default
   * @return this
   */
  public ClusterBuilder controlConnectionTimeout(Duration timeout) {
    contact.controlTimeout(timeout);
    return this;
  }

  /**
   * Sets how long to wait, after a change of the schema, for the nodes to have one schema.
   *
   * @param wait the longest time; zero or less not to wait; 10 seconds by default
   * @return this
   */
  public ClusterBuilder maxSchemaAgreementWait(Duration wait) {
    this.schemaAgreement = Objects.requireNonNull(wait, "wait");
    return this;
  }

  /**
   * Sets over how long reading the schema is spread after an event that says that it has changed.
   *
   * @param window zero to read at once, negative to ignore events; 2 seconds by default
   * @return this
   */
  public ClusterBuilder schemaEventRefreshWindow(Duration window) {
    this.schemaWindow = Objects.requireNonNull(window, "window");
    return this;
  }

  /**
   * Sets over how long reading the list of nodes is spread after an event that says that there is a
   * new one. A node that is removed is acted on at once.
   *
   * @param window zero to read at once, negative to ignore events; 10 seconds by default
   * @return this
   */
  public ClusterBuilder topologyEventRefreshWindow(Duration window) {
    this.topologyWindow = Objects.requireNonNull(window, "window");
    return this;
  }

  /**
   * Sets over how long connecting to a node is spread after an event that says that it is up. A
   * node that is down is acted on at once.
   *
   * @param window at least zero, which connects at once; 2 seconds by default
   * @return this
   */
  public ClusterBuilder statusEventRefreshWindow(Duration window) {
    if (window.isNegative()) {
      throw new IllegalArgumentException(
          "a status event window of " + window + "; it may not be negative");
    }
    this.statusWindow = window;
    return this;
  }

  /**
   * Sets whether the driver knows what is in the keyspaces. Without it, only their replication is
   * read, and that only for the sake of tokens.
   *
   * @param enabled true by default
   * @return this
   */
  public ClusterBuilder schemaMetadataEnabled(boolean enabled) {
    this.schemaMetadata = enabled;
    return this;
  }

  /**
   * Sets whether the driver knows which node has which keys. Without it, requests go to any node.
   *
   * @param enabled true by default
   * @return this
   */
  public ClusterBuilder tokenMetadataEnabled(boolean enabled) {
    this.tokenMetadata = enabled;
    return this;
  }

  /**
   * Sets how many connections sessions open at once, and to how many nodes that were down, or are
   * new, the driver tries to connect at once. A caller-runs session counts its own connections.
   *
   * <p>One that has not been answered after a twentieth of the {@linkplain #connectTimeout time
   * that connecting may take} does not count any more, so that nodes that are silent hold nobody up
   * for long.
   *
   * @param attempts 1 to 1,024; 16 by default
   * @return this
   */
  public ClusterBuilder maxConnectionAttempts(int attempts) {
    if (attempts < 1 || attempts > 1_024) {
      throw new IllegalArgumentException(attempts + " attempts at once; 1 to 1024 are possible");
    }
    this.mostAttempts = attempts;
    return this;
  }

  /**
   * Sets which nodes are connected to, and which is asked, in the default profile and those that
   * have no policy of their own.
   *
   * @param policy a policy for this cluster alone; a {@link DefaultLoadBalancingPolicy} by default
   * @return this
   */
  public ClusterBuilder loadBalancingPolicy(LoadBalancingPolicy policy) {
    standard.loadBalancingPolicy(policy);
    return this;
  }

  /**
   * Sets what becomes of requests that a node does not answer as asked for, in the default profile.
   *
   * @param policy {@link RetryPolicy#standard} unless set
   * @return this
   */
  public ClusterBuilder retryPolicy(RetryPolicy policy) {
    standard.retryPolicy(policy);
    return this;
  }

  /**
   * Sets when another node is asked before the first has answered, in the default profile.
   *
   * @param policy {@link SpeculativeExecutionPolicy#none} unless set
   * @return this
   */
  public ClusterBuilder speculativeExecutionPolicy(SpeculativeExecutionPolicy policy) {
    standard.speculativeExecutionPolicy(policy);
    return this;
  }

  /**
   * Sets when the driver tries again to connect to a node that is down. A schedule that has ended
   * begins anew when the cluster says that the node is up.
   *
   * @param policy by default {@link ReconnectionPolicy#exponential}, after a second at first, then
   *     after twice as long each time, at most ten minutes, and for ever
   * @return this
   */
  public ClusterBuilder reconnectionPolicy(ReconnectionPolicy policy) {
    this.reconnection = Objects.requireNonNull(policy, "policy");
    return this;
  }

  /**
   * Sets what says whether a node that failed counts as down.
   *
   * @param factory makes it, for each node
   * @return this
   */
  public ClusterBuilder convictionPolicy(
      Function<? super Node, ? extends ConvictionPolicy> factory) {
    this.conviction = Objects.requireNonNull(factory, "factory");
    return this;
  }

  /**
   * Sets how nodes are reached, where that is not by the addresses that they tell.
   *
   * @param translator the translator
   * @return this
   */
  public ClusterBuilder addressTranslator(AddressTranslator translator) {
    this.translator = Objects.requireNonNull(translator, "translator");
    return this;
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
    return this;
  }

  /**
   * Sets what tells this client from others of the same application.
   *
   * @param id the id
   * @return this
   */
  public ClusterBuilder clientId(UUID id) {
    contact.startupOption("CLIENT_ID", id.toString());
    return this;
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
    return this;
  }

  /**
   * Sets whether the driver says when a write counts as written: it asks the {@link
   * #timestampGenerator} for each request without a timestamp of its own. A {@code USING TIMESTAMP}
   * in a query comes before both.
   *
   * @param used true by default; false leaves it to the coordinators, whose clocks may differ
   * @return this
   */
  public ClusterBuilder useClientTimestamp(boolean used) {
    this.useClientTimestamp = used;
    return this;
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
    return this;
  }

  /**
   * Sets what gives timestamps, unless a session has its own: see {@link
   * ConnectOptions#timestampGenerator}.
   *
   * @param generator a {@link MonotonicTimestampGenerator} of the cluster's own by default
   * @return this
   */
  public ClusterBuilder timestampGenerator(TimestampGenerator generator) {
    this.timestampGenerator = Objects.requireNonNull(generator, "generator");
    return this;
  }

  /**
   * Sets how objects and values become each other.
   *
   * @param codecs may be shared by clusters, and added to later; new ones by default
   * @return this
   */
  public ClusterBuilder codecs(TypeCodecs codecs) {
    this.codecs = Objects.requireNonNull(codecs, "codecs");
    return this;
  }

  /**
   * Makes the cluster. Connects to nothing yet, and looks no names up.
   *
   * @return the cluster, to be closed when it is not needed any more
   * @throws IllegalArgumentException if {@link #selectorCores} does not name a core for each agent,
   *     or the driver has no threads to tie to them
   * @throws IllegalStateException if another driver uses the directory for counters
   * @throws java.io.UncheckedIOException if the file for counters cannot be made
   */
  public Cluster build() {
    contact.loadLibraries();
    ClusterProfiles profiles = profiles();
    Observation observation =
        new Observation(
            new Observation.Settings(statsDirectory, latencies, flightRecords), contact.all());
    try {
      return new Cluster(
          conductorSettings(profiles),
          defaults(profiles),
          new AgentSettings(
              new ConnectionSettings(
                  heartbeatInterval,
                  heartbeatTimeout,
                  socketOptions,
                  new ConnectionSecurity(tls, authProvider, idle != null)),
              observation,
              agents,
              cores,
              idle,
              new PoolSize.PerNode(
                  connectionsPerNode, connectsToRemote ? connectionsPerRemoteNode : 0),
              maxInFlight),
          new PreparedSettings(prepareOnAllHosts, reprepareOnUp, preparedCacheSize));
    } catch (RuntimeException | Error e) {
      observation.close();
      throw e;
    }
  }

  private ClusterProfiles profiles() {
    Map<ProfileKey, ExecutionProfile> all = new LinkedHashMap<>(profiles);
    ExecutionProfile standard = this.standard.build();
    all.put(
        ProfileKey.DEFAULT,
        standard.loadBalancingPolicy().isPresent()
            ? standard
            : standard.toBuilder().loadBalancingPolicy(new DefaultLoadBalancingPolicy()).build());
    return new ClusterProfiles(all);
  }

  private SessionDefaults defaults(ClusterProfiles profiles) {
    TimestampGenerator timestamps = null;
    if (useClientTimestamp) {
      timestamps =
          timestampGenerator == null ? new MonotonicTimestampGenerator() : timestampGenerator;
    }
    return new SessionDefaults(profiles, timestamps, codecs, pageSize);
  }

  private ClusterProxy.Settings conductorSettings(ClusterProfiles profiles) {
    return new ClusterProxy.Settings(
        contact.settings(),
        new RefreshSettings(
            schemaMetadata,
            tokenMetadata,
            Statement.nanos(schemaAgreement),
            Statement.nanos(schemaWindow),
            Statement.nanos(topologyWindow),
            Statement.nanos(statusWindow),
            mostAttempts),
        new PolicySet(new PolicyGroup(profiles.policies()), reconnection, conviction, translator),
        contact.startupOptions(),
        idle != null);
  }
}
