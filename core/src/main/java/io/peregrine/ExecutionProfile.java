package io.peregrine;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.policy.LoadBalancingPolicy;
import io.peregrine.policy.RetryPolicy;
import io.peregrine.policy.SpeculativeExecutionPolicy;
import io.peregrine.type.RowMapper;
import io.peregrine.type.RowMappers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * How requests of one kind are executed: which nodes are asked, how often, how long, how many
 * replicas have to answer, and how rows become objects. Immutable, and any thread may use it; its
 * policies may be shared with other profiles of the same cluster.
 *
 * <p>A cluster knows profiles by their keys: see {@link ClusterBuilder#executionProfile} and {@link
 * Cluster#executionProfiles}. A profile that it does not know may be given to a statement or a call
 * all the same, such as one that is made of another with {@link #toBuilder}. Its load balancing
 * policy then says which nodes are asked, but it is told of nodes, and connections are opened for
 * its sake, only if a profile that the cluster knows has the same policy.
 */
public final class ExecutionProfile {
  /** For {@link Builder#requestTimeout}: a request takes as long as it takes. */
  public static final Duration NO_TIMEOUT = Duration.ZERO;

  private final @Nullable LoadBalancingPolicy loadBalancing;
  private final RetrySettings retries;
  private final ConsistencyLevel consistency;
  private final @Nullable ConsistencyLevel serialConsistency;
  private final Duration requestTimeout;
  private final int pageSize;
  private final @Nullable ContinuousPagingOptions continuousPaging;

  /** Each makes what its class says. */
  private final Map<Class<?>, RowMapper<?>> rowMappers;

  private ExecutionProfile(Builder builder) {
    loadBalancing = builder.loadBalancing;
    retries = new RetrySettings(builder.retry, builder.speculation, builder.retriesNonIdempotent);
    consistency = builder.consistency;
    serialConsistency = builder.serialConsistency;
    requestTimeout = builder.requestTimeout;
    pageSize = builder.pageSize;
    rowMappers = Map.copyOf(builder.rowMappers);
    continuousPaging = builder.continuousPaging;
  }

  /**
   * Begins a profile.
   *
   * @return a builder with the defaults
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Begins a profile like this one, with the same policies.
   *
   * @return a builder with what this profile has; this one stays as it is
   */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.loadBalancing = loadBalancing;
    builder.retry = retries.policy();
    builder.speculation = retries.speculation();
    builder.retriesNonIdempotent = retries.repeatsUnsafe();
    builder.consistency = consistency;
    builder.serialConsistency = serialConsistency;
    builder.requestTimeout = requestTimeout;
    builder.pageSize = pageSize;
    builder.rowMappers.putAll(rowMappers);
    builder.continuousPaging = continuousPaging;
    return builder;
  }

  /**
   * Says which nodes are asked.
   *
   * @return the policy; empty if it is that of the cluster's default profile
   */
  public Optional<LoadBalancingPolicy> loadBalancingPolicy() {
    return Optional.ofNullable(loadBalancing);
  }

  /**
   * Says what becomes of a request that a node did not answer as asked.
   *
   * @return the policy
   */
  public RetryPolicy retryPolicy() {
    return retries.policy();
  }

  /**
   * Says when another node is asked as well.
   *
   * @return the policy
   */
  public SpeculativeExecutionPolicy speculativeExecutionPolicy() {
    return retries.speculation();
  }

  /**
   * Whether what may have been executed is sent again even if that may do harm.
   *
   * @return what was set; false by default
   * @see Builder#retryNonIdempotent
   */
  public boolean retriesNonIdempotent() {
    return retries.repeatsUnsafe();
  }

  /**
   * How many replicas have to answer.
   *
   * @return the level
   */
  public ConsistencyLevel consistency() {
    return consistency;
  }

  /**
   * The consistency of the conditional part of a write.
   *
   * @return the level; empty if it is left to the server, which takes SERIAL
   */
  public Optional<ConsistencyLevel> serialConsistency() {
    return Optional.ofNullable(serialConsistency);
  }

  /**
   * How long a request may take.
   *
   * @return the time; {@link #NO_TIMEOUT} for as long as it takes
   */
  public Duration requestTimeout() {
    return requestTimeout;
  }

  /**
   * How many rows come in one answer.
   *
   * @return the number, 0 for all at once; empty if it is the session's
   * @see Session#setDefaultPageSize
   */
  public OptionalInt pageSize() {
    return pageSize == RequestSettings.UNSET ? OptionalInt.empty() : OptionalInt.of(pageSize);
  }

  /**
   * How rows become objects of a class: what {@link ResultSet#map(Class)} goes by.
   *
   * @param javaClass the class
   * @param <R> that class
   * @return the mapper that was set for it; {@link RowMappers#records} if none was
   * @throws io.peregrine.type.MappingException if none was set, and it is no record, or one that
   *     the driver does not see
   */
  @SuppressWarnings("unchecked")
  public <R> RowMapper<R> rowMapper(Class<R> javaClass) {
    // By the setter it makes just that, or something more special.
    RowMapper<?> own = rowMappers.get(javaClass);
    return own == null ? RowMappers.records(javaClass) : (RowMapper<R>) own;
  }

  /**
   * How the pages of reads come without being asked for.
   *
   * @return the options; empty if each page is asked for
   * @see Builder#continuousPaging
   */
  public Optional<ContinuousPagingOptions> continuousPaging() {
    return Optional.ofNullable(continuousPaging);
  }

  @Override
  public String toString() {
    return "ExecutionProfile(" + consistency + ", " + requestTimeout + ", " + loadBalancing + ")";
  }

  RetrySettings retries() {
    return retries;
  }

  /** Makes a profile. Not thread-safe. Every setter checks its value at once and returns this. */
  public static final class Builder {
    private @Nullable LoadBalancingPolicy loadBalancing;
    private RetryPolicy retry = RetryPolicy.standard();
    private SpeculativeExecutionPolicy speculation = SpeculativeExecutionPolicy.none();
    private boolean retriesNonIdempotent;
    private ConsistencyLevel consistency = ConsistencyLevel.LOCAL_ONE;
    private @Nullable ConsistencyLevel serialConsistency;
    private Duration requestTimeout = Duration.ofSeconds(10);
    private int pageSize = RequestSettings.UNSET;
    private final Map<Class<?>, RowMapper<?>> rowMappers = new HashMap<>();
    private @Nullable ContinuousPagingOptions continuousPaging;

    private Builder() {}

    /**
     * Sets which nodes are asked.
     *
     * @param policy a policy for profiles of one cluster; that of its default profile by default
     * @return this
     */
    public Builder loadBalancingPolicy(LoadBalancingPolicy policy) {
      this.loadBalancing = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /**
     * Sets what becomes of a request that a node did not answer as asked.
     *
     * @param policy {@link RetryPolicy#standard} by default
     * @return this
     */
    public Builder retryPolicy(RetryPolicy policy) {
      this.retry = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /**
     * Sets when another node is asked as well.
     *
     * @param policy {@link SpeculativeExecutionPolicy#none} by default
     * @return this
     */
    public Builder speculativeExecutionPolicy(SpeculativeExecutionPolicy policy) {
      this.speculation = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /**
     * Sets whether the retry policy may have a request sent again that may have been executed, and
     * that is not said to be {@linkplain Statement#setIdempotent idempotent}. Some other drivers do
     * so when a connection is lost: a counter may then count twice.
     *
     * @param retries false by default
     * @return this
     */
    public Builder retryNonIdempotent(boolean retries) {
      this.retriesNonIdempotent = retries;
      return this;
    }

    /**
     * Sets how many replicas have to answer.
     *
     * @param consistency the level; LOCAL_ONE by default
     * @return this
     */
    public Builder consistency(ConsistencyLevel consistency) {
      this.consistency = Objects.requireNonNull(consistency, "consistency");
      return this;
    }

    /**
     * Sets the consistency of the conditional part of a write.
     *
     * @param consistency SERIAL or LOCAL_SERIAL; null, the default, to leave it to the server
     * @return this
     * @throws IllegalArgumentException if it is another level
     */
    public Builder serialConsistency(@Nullable ConsistencyLevel consistency) {
      RequestSettings.checkSerial(consistency);
      this.serialConsistency = consistency;
      return this;
    }

    /**
     * Sets how long a request may take, whatever is done for it meanwhile.
     *
     * @param timeout the time, or {@link #NO_TIMEOUT} for as long as it takes; 10 seconds by
     *     default
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public Builder requestTimeout(Duration timeout) {
      RequestSettings.checkTimeout(timeout);
      this.requestTimeout = timeout;
      return this;
    }

    /**
     * Sets how many rows come in one answer.
     *
     * @param rows at least 1, or 0 for all at once; by default as many as the session says
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public Builder pageSize(int rows) {
      RequestSettings.checkPageSize(rows);
      this.pageSize = rows;
      return this;
    }

    /**
     * Sets how rows become objects of a class, wherever that class is asked for: by {@link
     * ResultSet#map(Class)}. The class need not be a record.
     *
     * @param javaClass the class that is asked for
     * @param mapper makes objects of it, on the thread that takes the rows; in the place of one
     *     that was set for the same class
     * @param <R> that class
     * @return this
     */
    public <R> Builder rowMapper(Class<R> javaClass, RowMapper<? extends R> mapper) {
      rowMappers.put(
          Objects.requireNonNull(javaClass, "javaClass"), Objects.requireNonNull(mapper, "mapper"));
      return this;
    }

    /**
     * Sets that reads are executed in continuous paging, which DSE has: the pages of a {@link
     * ResultSet} come without being asked for, and no more of them than the queue has room for. It
     * is for {@link Session#execute(Statement)}, {@link Session#executeAsync(Statement)} and {@link
     * ReactiveSession#execute(Statement)}, of statements that certainly only read: a SELECT, with a
     * page size. Others, and what is offered, are answered as without it.
     *
     * <p>Such a request goes to one node, once: it is neither retried nor speculated. Rows have to
     * be taken to their end. If nobody has asked for the next page when the queue has been full for
     * the request's timeout, or for ten seconds if it has none, it is cancelled, and the next page
     * fails; {@link Session#continuous} gives a result that may rest, and that can be closed.
     *
     * @param options how the pages come; null, the default, to have each page asked for. Where the
     *     server speaks neither DSE_V1 nor DSE_V2, a read of this profile is refused with {@link
     *     io.peregrine.codec.UnsupportedFeatureException}
     * @return this
     */
    public Builder continuousPaging(@Nullable ContinuousPagingOptions options) {
      this.continuousPaging = options;
      return this;
    }

    /**
     * Makes the profile.
     *
     * @return a profile with what was set; the builder may be used again
     */
    public ExecutionProfile build() {
      return new ExecutionProfile(this);
    }
  }
}
