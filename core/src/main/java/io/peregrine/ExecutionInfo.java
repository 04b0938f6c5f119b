package io.peregrine;

import io.peregrine.codec.DriverException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a request, or one page of it, was executed. Immutable.
 *
 * @see ResponseFuture#executionInfo
 * @see ResultSet#executionInfo
 * @see ContinuousResultSet#executionInfo
 */
public final class ExecutionInfo {
  /**
   * A node that was asked and did not give the answer.
   *
   * @param node the node
   * @param error what came of it
   */
  public record FailedAttempt(Node node, DriverException error) {}

  private final @Nullable Statement<?> statement;
  private final QueryTraceReader traces;
  private final AnswerFacts facts;
  private final AnswerDetails details;
  private final List<FailedAttempt> failures;
  private final List<Node> asked;
  private final int speculativeExecutions;
  private final boolean schemaAgreed;

  /**
   * @param traces reads what was traced
   * @param attempts those of a request that is done; null if there was one and no error
   */
  ExecutionInfo(
      @Nullable Statement<?> statement,
      QueryTraceReader traces,
      AnswerFacts facts,
      AnswerDetails details,
      @Nullable Attempts attempts,
      boolean schemaAgreed) {
    this.statement = statement;
    this.traces = traces;
    this.facts = facts;
    this.details = details;
    this.failures = attempts == null ? List.of() : attempts.history().failures();
    this.asked = attempts == null ? List.of() : attempts.history().asked();
    this.speculativeExecutions = attempts == null ? 0 : attempts.speculations().begun();
    this.schemaAgreed = schemaAgreed;
  }

  /**
   * What was executed.
   *
   * @return the statement that was given, which its owner may have changed since
   */
  public @Nullable Statement<?> statement() {
    return statement;
  }

  /**
   * The node whose answer counted, be it a result or an error.
   *
   * @return the node, or null if none has answered
   */
  public @Nullable Node coordinator() {
    return facts.coordinator();
  }

  /**
   * The nodes that were asked and did not give the answer that counted, though their answer came,
   * or was found not to come.
   *
   * @return them in the order in which that turned out; a node that was asked again stands there
   *     again
   */
  public List<FailedAttempt> failedAttempts() {
    return failures;
  }

  /**
   * All nodes that were asked, also those whose answer was not waited for any longer.
   *
   * @return each of them once, in the order in which they were asked
   */
  public List<Node> attemptedNodes() {
    Node coordinator = facts.coordinator();
    if (coordinator == null || asked.contains(coordinator)) {
      return asked;
    }
    List<Node> nodes = new ArrayList<>(asked);
    nodes.add(coordinator);
    return nodes;
  }

  /**
   * How many nodes were asked because those before took long.
   *
   * @return at least 0
   */
  public int speculativeExecutions() {
    return speculativeExecutions;
  }

  /**
   * How large the request was.
   *
   * @return bytes of its envelope, uncompressed; 0 if no node has answered, or the driver has not
   *     kept the request
   */
  public int requestBytes() {
    return facts.requestBytes();
  }

  /**
   * How large the answer was.
   *
   * @return bytes of its envelope, uncompressed; 0 if there is none
   */
  public int responseBytes() {
    return facts.responseBytes();
  }

  /**
   * How long the node took whose answer counted.
   *
   * @return the time from the offer to the driver to the answer; zero if none has answered
   */
  public Duration duration() {
    return Duration.ofNanos(facts.durationNanos());
  }

  /**
   * What the server warns of.
   *
   * @return texts; empty if there are none
   */
  public List<String> warnings() {
    return details.warnings();
  }

  /**
   * What an extension of the server has answered beside the result.
   *
   * @return read-only values by key; empty if there is nothing
   */
  public Map<String, @Nullable ByteBuffer> incomingPayload() {
    return details.payload();
  }

  /**
   * Under which id the server has traced the request.
   *
   * @return the id, or null if it was not traced
   */
  public @Nullable UUID tracingId() {
    return details.tracingId();
  }

  /**
   * What the server has recorded of the request. Asks for it each time, and waits until it is
   * complete, as long as {@link QueryTraceReader#maxWait} says; {@link Session#queryTraces} has
   * other ways.
   *
   * @return the trace; empty if the request was not traced
   * @throws TraceUnavailableException if it is not complete in time
   */
  public Optional<QueryTrace> queryTrace() {
    UUID id = tracingId();
    return id == null ? Optional.empty() : Optional.of(traces.read(id));
  }

  /**
   * Whether all nodes know of the change, if the request has changed the schema.
   *
   * @return false if they did not come to know it in time, or the request has failed
   */
  public boolean isSchemaAgreed() {
    return schemaAgreed;
  }

  @Override
  public String toString() {
    return "answered by "
        + coordinator()
        + " in "
        + duration().toNanos() / 1_000
        + " us, after "
        + failures
        + ", "
        + speculativeExecutions
        + " speculative executions";
  }
}
