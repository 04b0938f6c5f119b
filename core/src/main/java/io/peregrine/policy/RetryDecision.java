package io.peregrine.policy;

import io.peregrine.codec.ConsistencyLevel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What becomes of a request that has failed on one node. Immutable. */
public final class RetryDecision {
  /** The ways to go on. */
  public enum Kind {
    /** The application gets the error. */
    RETHROW,
    /** The application gets a result without rows, as if the request had succeeded. */
    IGNORE,
    /** The same node is asked again. */
    RETRY_SAME_NODE,
    /** The next node of the plan is asked. */
    RETRY_NEXT_NODE
  }

  /** The application gets the error. */
  public static final RetryDecision RETHROW = new RetryDecision(Kind.RETHROW, null);

  /** The application gets a result without rows, as if the request had succeeded. */
  public static final RetryDecision IGNORE = new RetryDecision(Kind.IGNORE, null);

  /** The same node is asked again. */
  public static final RetryDecision RETRY_SAME_NODE = new RetryDecision(Kind.RETRY_SAME_NODE, null);

  /** The next node of the plan is asked. */
  public static final RetryDecision RETRY_NEXT_NODE = new RetryDecision(Kind.RETRY_NEXT_NODE, null);

  private final Kind kind;
  private final @Nullable ConsistencyLevel consistency;

  private RetryDecision(Kind kind, @Nullable ConsistencyLevel consistency) {
    this.kind = kind;
    this.consistency = consistency;
  }

  /**
   * The same decision, with another consistency from then on.
   *
   * @param consistency how many replicas have to answer
   * @return a decision to ask again
   * @throws IllegalStateException if this one does not ask again
   */
  public RetryDecision withConsistency(ConsistencyLevel consistency) {
    Objects.requireNonNull(consistency, "consistency");
    if (kind == Kind.RETHROW || kind == Kind.IGNORE) {
      throw new IllegalStateException(kind + " asks nobody, so it has no consistency");
    }
    return new RetryDecision(kind, consistency);
  }

  /**
   * How to go on.
   *
   * @return the way
   */
  public Kind kind() {
    return kind;
  }

  /**
   * The consistency to ask with.
   *
   * @return the level, or null for the one that the request had
   */
  public @Nullable ConsistencyLevel consistency() {
    return consistency;
  }

  @Override
  public String toString() {
    return consistency == null ? kind.toString() : kind + " with " + consistency;
  }
}
