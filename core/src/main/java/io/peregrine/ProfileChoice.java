package io.peregrine;

import io.peregrine.graph.GraphExecutionProfile;
import org.jspecify.annotations.Nullable;

/**
 * The profile that a statement or a call names: one that the cluster knows, or one of its own.
 * Immutable, but that it remembers what it has found; any thread may use it.
 */
final class ProfileChoice {
  private final @Nullable ProfileKey key;
  private final @Nullable ExecutionProfile profile;
  private final @Nullable GraphExecutionProfile graph;

  /** Found last, and never changed: two threads that race here find the same. */
  private @Nullable RequestDefaults last;

  private ProfileChoice(
      @Nullable ProfileKey key,
      @Nullable ExecutionProfile profile,
      @Nullable GraphExecutionProfile graph) {
    this.key = key;
    this.profile = profile;
    this.graph = graph;
  }

  static ProfileChoice of(ProfileKey key) {
    return new ProfileChoice(key, null, null);
  }

  static ProfileChoice of(ExecutionProfile profile) {
    return new ProfileChoice(null, profile, null);
  }

  static ProfileChoice of(GraphExecutionProfile graph) {
    return new ProfileChoice(null, null, graph);
  }

  /** The same choice, which remembers for itself what it finds. */
  ProfileChoice copy() {
    return new ProfileChoice(key, profile, graph);
  }

  /**
   * What applies to a request that goes by it.
   *
   * @throws IllegalArgumentException if the cluster does not know its key, or it is for graph
   *     queries
   */
  RequestDefaults in(SessionProfiles session) {
    RequestDefaults last = this.last;
    if (last == null || !last.isOf(session)) {
      last = find(session);
      this.last = last;
    }
    return last;
  }

  private RequestDefaults find(SessionProfiles session) {
    ExecutionProfile profile = this.profile;
    if (profile != null) {
      return session.of(profile);
    }
    ProfileKey key = this.key;
    if (key == null) {
      throw new IllegalArgumentException(
          graph + " is for graph queries, and this is none; give it to graph().execute()");
    }
    return session.of(key);
  }

  /**
   * What applies to a graph query that goes by it.
   *
   * @throws IllegalArgumentException if the cluster does not know its key, or it is for other
   *     requests
   */
  GraphExecutionProfile graphIn(SessionProfiles session) {
    GraphExecutionProfile graph = this.graph;
    if (graph != null) {
      return graph;
    }
    ProfileKey key = this.key;
    if (key == null) {
      throw new IllegalArgumentException(
          "Graph queries go by a GraphExecutionProfile, which has options for graphs, and not by "
              + profile);
    }
    return session.graph(key);
  }
}
