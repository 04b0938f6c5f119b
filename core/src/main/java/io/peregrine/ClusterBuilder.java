package io.peregrine;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.conductor.PolicyGroup;
import io.peregrine.graph.GraphExecutionProfile;
import io.peregrine.policy.DefaultLoadBalancingPolicy;
import io.peregrine.policy.LoadBalancingPolicy;
import io.peregrine.policy.MonotonicTimestampGenerator;
import io.peregrine.policy.RetryPolicy;
import io.peregrine.policy.SpeculativeExecutionPolicy;
import io.peregrine.policy.TimestampGenerator;
import io.peregrine.type.TypeCodecs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Describes a cluster. Not thread-safe. Every setter checks its value at once and returns this. */
public final class ClusterBuilder extends ConductorBuilder {
  private ExecutionProfile.Builder standard = ExecutionProfile.builder();
  private final Map<ProfileKey, ExecutionProfile> profiles = new LinkedHashMap<>();
  private final Map<ProfileKey, GraphExecutionProfile> graphProfiles = new LinkedHashMap<>();
  private int pageSize = 5000;
  private boolean useClientTimestamp = true;
  private @Nullable TimestampGenerator timestampGenerator;
  private TypeCodecs codecs = new TypeCodecs();
  private @Nullable Idle idle = Idle.SELECT;
  private int agents = 1;
  private List<Integer> cores = List.of();
  private @Nullable Path statsDirectory;
  private boolean latencies = true;
  private int flightRecords = 256;
  private boolean prepareOnAllHosts = true;
  private boolean reprepareOnUp = true;
  private int preparedCacheSize = 4_096;

  ClusterBuilder() {}

  @Override
  ClusterBuilder self() {
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
   * @throws IllegalArgumentException if the key is one of the graph profiles'
   * @throws IllegalStateException if there is one of this key already
   */
  public ClusterBuilder executionProfile(ProfileKey key, ExecutionProfile profile) {
    ExecutionProfile.Builder like = profile.toBuilder();
    ClusterProfiles.checkKind(key, profile);
    checkFree(key);
    profiles.put(key, profile);
    if (key.equals(ProfileKey.DEFAULT)) {
      standard = like;
    }
    return this;
  }

  /**
   * Adds an execution profile for graph queries. It has nothing of what is set on this builder, but
   * the load balancing policy if it has none of its own.
   *
   * @param key what calls name it by; {@link ProfileKey#GRAPH_DEFAULT}, {@link
   *     ProfileKey#GRAPH_SYSTEM_DEFAULT} and {@link ProfileKey#GRAPH_ANALYTICS_DEFAULT} in the
   *     place of {@link GraphExecutionProfile#defaults}, {@link GraphExecutionProfile#system} and
   *     {@link GraphExecutionProfile#analytics}
   * @param profile the profile
   * @return this
   * @throws IllegalArgumentException if it is {@link ProfileKey#DEFAULT}, which is for all else
   * @throws IllegalStateException if there is one of this key already
   */
  public ClusterBuilder executionProfile(ProfileKey key, GraphExecutionProfile profile) {
    ClusterProfiles.checkKind(key, profile);
    checkFree(key);
    graphProfiles.put(key, Objects.requireNonNull(profile, "profile"));
    return this;
  }

  private void checkFree(ProfileKey key) {
    if (profiles.containsKey(key) || graphProfiles.containsKey(key)) {
      throw ClusterProfiles.duplicate(key);
    }
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
    RequestSettings.checkPageSize(rows);
    this.pageSize = rows;
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
    ClusterProfiles profiles = ClusterProfiles.of(standard.build(), this.profiles, graphProfiles);
    Observation observation =
        new Observation(
            new Observation.Settings(statsDirectory, latencies, flightRecords), contact.all());
    try {
      return new Cluster(
          conductorSettings(new PolicyGroup(profiles.policies()), idle != null),
          defaults(profiles),
          new AgentSettings(
              connectionSettings(idle != null),
              observation,
              agents,
              cores,
              idle,
              connectionsByDistance(),
              maxInFlight()),
          new PreparedSettings(prepareOnAllHosts, reprepareOnUp, preparedCacheSize));
    } catch (RuntimeException | Error e) {
      observation.close();
      throw e;
    }
  }

  private SessionDefaults defaults(ClusterProfiles profiles) {
    TimestampGenerator timestamps = null;
    if (useClientTimestamp) {
      timestamps =
          timestampGenerator == null ? new MonotonicTimestampGenerator() : timestampGenerator;
    }
    return new SessionDefaults(profiles, timestamps, codecs, pageSize);
  }
}
