package io.peregrine.graph;

import io.peregrine.ExecutionProfile;
import io.peregrine.policy.RetryPolicy;
import java.time.Duration;
import java.util.Objects;

/**
 * How graph queries of one kind are executed: what an {@link ExecutionProfile} says of requests,
 * and what {@link GraphOptions} say of graphs. Immutable: each setting makes another; any thread
 * may use it.
 *
 * <p>It is known by a key of its own: {@link
 * io.peregrine.ClusterBuilder#executionProfile(io.peregrine.ProfileKey, GraphExecutionProfile)}.
 * Its load balancing policy is that of the cluster's default profile unless it has one, and a node
 * that a call names, or the analytics nodes' master, comes before what the policy says, whichever
 * it is.
 */
public final class GraphExecutionProfile {
  private static final GraphExecutionProfile DEFAULTS =
      new GraphExecutionProfile(
          ExecutionProfile.builder()
              .requestTimeout(Duration.ofSeconds(30))
              .retryPolicy(RetryPolicy.never())
              .build(),
          GraphOptions.defaults());
  private static final GraphExecutionProfile SYSTEM =
      DEFAULTS.withRequestTimeout(Duration.ofSeconds(180));
  private static final GraphExecutionProfile ANALYTICS =
      DEFAULTS
          .withRequestTimeout(Duration.ofDays(7))
          .withGraphOptions(GraphOptions.builder().source(GraphOptions.ANALYTICS_SOURCE).build());

  private final ExecutionProfile execution;
  private final GraphOptions graphOptions;

  private GraphExecutionProfile(ExecutionProfile execution, GraphOptions graphOptions) {
    this.execution = execution;
    this.graphOptions = graphOptions;
  }

  /**
   * What graph queries go by: 30 seconds, {@link RetryPolicy#never}, {@link GraphOptions#defaults}.
   *
   * @return the profile
   */
  public static GraphExecutionProfile defaults() {
    return DEFAULTS;
  }

  /**
   * For queries of the server itself, such as those that make graphs: 180 seconds, else as {@link
   * #defaults}.
   *
   * @return the profile
   */
  public static GraphExecutionProfile system() {
    return SYSTEM;
  }

  /**
   * For the analytics nodes: 7 days, and their traversal source, else as {@link #defaults}.
   *
   * @return the profile
   */
  public static GraphExecutionProfile analytics() {
    return ANALYTICS;
  }

  /**
   * Sets what is said of graphs.
   *
   * @param options the options
   * @return a profile that differs in this
   */
  public GraphExecutionProfile withGraphOptions(GraphOptions options) {
    return new GraphExecutionProfile(execution, Objects.requireNonNull(options, "options"));
  }

  /**
   * Sets what is said of requests.
   *
   * @param execution all of it, such as {@code profile.execution().toBuilder().consistency(level)
   *     .build()}; a profile that is begun anew has other defaults than {@link #defaults}
   * @return a profile that differs in this
   */
  public GraphExecutionProfile withExecution(ExecutionProfile execution) {
    return new GraphExecutionProfile(Objects.requireNonNull(execution, "execution"), graphOptions);
  }

  /**
   * Sets how long a query may take. The server is told, and heeds it as far as it does.
   *
   * @param timeout the time, or {@link ExecutionProfile#NO_TIMEOUT} for as long as it takes
   * @return a profile that differs in this
   * @throws IllegalArgumentException if it is negative
   */
  public GraphExecutionProfile withRequestTimeout(Duration timeout) {
    return withExecution(execution.toBuilder().requestTimeout(timeout).build());
  }

  /**
   * What is said of requests.
   *
   * @return the profile of each request
   */
  public ExecutionProfile execution() {
    return execution;
  }

  /**
   * What is said of graphs.
   *
   * @return the options
   */
  public GraphOptions graphOptions() {
    return graphOptions;
  }

  @Override
  public String toString() {
    return "GraphExecutionProfile(" + execution + ", " + graphOptions + ")";
  }
}
