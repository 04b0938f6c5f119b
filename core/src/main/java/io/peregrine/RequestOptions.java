package io.peregrine;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.graph.GraphExecutionProfile;
import io.peregrine.policy.RetryPolicy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * What applies to one call, whatever is set on its statement. Immutable, and any thread may use it
 * for any number of calls.
 *
 * <p>What is set here comes before what is set on the statement, and that before what the profile
 * says. The statement itself stays as it is.
 */
public final class RequestOptions {
  private static final RequestOptions NONE = builder().build();

  private final RequestSettings settings;

  private RequestOptions(RequestSettings settings) {
    this.settings = settings;
  }

  /**
   * A call with what its statement says.
   *
   * @return options of which none is set
   */
  public static RequestOptions none() {
    return NONE;
  }

  /**
   * Begins to describe a call.
   *
   * @return a builder with nothing set
   */
  public static Builder builder() {
    return new Builder(RequestSettings.NONE.copy());
  }

  /**
   * Begins to describe a call like this one.
   *
   * @return a builder with what is set here; these options stay as they are
   */
  public Builder toBuilder() {
    return new Builder(settings.copy());
  }

  /** What is set. Not to be changed. */
  RequestSettings settings() {
    return settings;
  }

  /**
   * Makes options. Not thread-safe. Every setter checks its value at once and returns this; nothing
   * is set by default.
   */
  public static final class Builder {
    private final RequestSettings settings;

    private Builder(RequestSettings settings) {
      this.settings = settings;
    }

    /**
     * Sets by which of the cluster's profiles the call goes.
     *
     * @param key the profile's key; the call is refused if the cluster knows no such profile
     * @return this
     */
    public Builder profile(ProfileKey key) {
      settings.profile = ProfileChoice.of(Objects.requireNonNull(key, "key"));
      return this;
    }

    /**
     * Sets by which profile the call goes.
     *
     * @param profile the profile, which the cluster need not know; for what that means to its load
     *     balancing policy, see {@link ExecutionProfile}
     * @return this
     */
    public Builder profile(ExecutionProfile profile) {
      settings.profile = ProfileChoice.of(Objects.requireNonNull(profile, "profile"));
      return this;
    }

    /**
     * Sets by which profile a graph query goes: a call of {@link GraphSession#execute}, and no
     * other.
     *
     * @param profile the profile, which the cluster need not know; for what that means to its load
     *     balancing policy, see {@link ExecutionProfile}
     * @return this
     */
    public Builder profile(GraphExecutionProfile profile) {
      settings.profile = ProfileChoice.of(Objects.requireNonNull(profile, "profile"));
      return this;
    }

    /**
     * Sets how long the call may take, whatever is done for it meanwhile.
     *
     * @param timeout the time, or {@link Duration#ZERO} for as long as it takes
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public Builder timeout(Duration timeout) {
      settings.timeout(timeout);
      return this;
    }

    /**
     * Lets the call take as long as it takes.
     *
     * @return this
     */
    public Builder noTimeout() {
      return timeout(Duration.ZERO);
    }

    /**
     * Sets how many replicas have to answer.
     *
     * @param consistency the level
     * @return this
     */
    public Builder consistency(ConsistencyLevel consistency) {
      settings.consistency = Objects.requireNonNull(consistency, "consistency");
      return this;
    }

    /**
     * Sets the consistency of the conditional part of a write.
     *
     * @param consistency SERIAL or LOCAL_SERIAL
     * @return this
     * @throws IllegalArgumentException if it is another level
     */
    public Builder serialConsistency(ConsistencyLevel consistency) {
      RequestSettings.checkSerial(Objects.requireNonNull(consistency, "consistency"));
      settings.serialConsistency = consistency;
      return this;
    }

    /**
     * Sets what becomes of the request if a node does not answer it as asked.
     *
     * @param policy the policy
     * @return this
     */
    public Builder retryPolicy(RetryPolicy policy) {
      settings.retryPolicy = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /**
     * Sets how many rows come in one answer.
     *
     * @param rows at least 1, or 0 for all at once
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public Builder pageSize(int rows) {
      RequestSettings.checkPageSize(rows);
      settings.pageSize = rows;
      return this;
    }

    /**
     * Sets where to go on, as {@link Statement#setPagingState} does.
     *
     * @param pagingState what {@link ResultSet#pagingState} has given
     * @return this
     */
    public Builder pagingState(PagingState pagingState) {
      settings.pagingState(Objects.requireNonNull(pagingState, "pagingState"));
      return this;
    }

    /**
     * Sets where to go on, as {@link Statement#setRawPagingState} does.
     *
     * @param pagingState what {@link ResultSet#rawPagingState} or a cursor has given
     * @return this
     */
    public Builder rawPagingState(byte[] pagingState) {
      settings.rawPagingState(Objects.requireNonNull(pagingState, "pagingState"));
      return this;
    }

    /**
     * Sets whether the server traces the request.
     *
     * @param tracing whether to
     * @return this
     */
    public Builder tracing(boolean tracing) {
      settings.tracing = tracing;
      return this;
    }

    /**
     * Sets what goes to an extension of the server, beside what the statement has under other keys.
     * Protocol version 3 has no such thing; the call fails there.
     *
     * @param payload values by key; they are copied
     * @return this
     * @throws io.peregrine.codec.RequestTooLargeException if there are more than 65,535 entries
     */
    public Builder customPayload(Map<String, ByteBuffer> payload) {
      settings.payload(payload);
      return this;
    }

    /**
     * Sets for whom DSE executes the statement, as {@link Statement#executeAs} does.
     *
     * @param user the user's name
     * @return this
     */
    public Builder executeAs(String user) {
      settings.executeAs(Objects.requireNonNull(user, "user"));
      return this;
    }

    /**
     * Sets whether it does no harm to execute it twice, as {@link Statement#setIdempotent} does.
     *
     * @param idempotent whether so
     * @return this
     */
    public Builder idempotent(boolean idempotent) {
      settings.idempotent = idempotent;
      return this;
    }

    /**
     * Sets when a write counts as written.
     *
     * @param micros microseconds since 1970-01-01T00:00Z
     * @return this
     */
    public Builder timestamp(long micros) {
      settings.timestamp = micros;
      return this;
    }

    /**
     * Sets what the server takes for the present time, as {@link Statement#setNow} does.
     *
     * @param now the time, of which the seconds count
     * @return this
     * @throws IllegalArgumentException if it is not within 2^31 seconds from 1970 on
     */
    public Builder now(Instant now) {
      settings.now(Objects.requireNonNull(now, "now"));
      return this;
    }

    /**
     * Sets the node to ask first, as {@link Statement#setTargetNode} does.
     *
     * @param node the node
     * @return this
     */
    public Builder targetNode(Node node) {
      settings.target = Objects.requireNonNull(node, "node");
      return this;
    }

    /**
     * Sets the keyspace of the statement's tables, as {@link Statement#setKeyspace} does.
     *
     * @param name the keyspace, as the server has it: without quotes, and case-sensitive
     * @return this
     */
    public Builder keyspace(String name) {
      settings.keyspace(Objects.requireNonNull(name, "name"));
      return this;
    }

    /**
     * Sets the partition key, as {@link Statement#setRoutingKey} does.
     *
     * @param parts the value of each column of the key, in order, encoded; copied
     * @return this
     * @throws IllegalArgumentException if there are several parts, and one is longer than 65535
     *     bytes
     */
    public Builder routingKey(ByteBuffer... parts) {
      settings.routingKey(parts);
      return this;
    }

    /**
     * Makes the options.
     *
     * @return options with what was set; the builder may be used again
     */
    public RequestOptions build() {
      return new RequestOptions(settings.copy());
    }
  }
}
