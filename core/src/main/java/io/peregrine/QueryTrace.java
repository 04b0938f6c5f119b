package io.peregrine;

import io.peregrine.codec.row.ColumnDefinitions;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the servers have recorded of a request that was executed with {@link Statement#setTracing}.
 * Immutable; any thread may use it.
 *
 * <p>{@link QueryTraceReader} reads it. Servers write it after the request was answered: of one
 * that was read before it was complete, anything may be missing, and is null then.
 */
public final class QueryTrace {
  private final UUID id;
  private final @Nullable String requestType;
  private final @Nullable Duration duration;
  private final @Nullable InetAddress client;
  private final @Nullable InetAddress coordinator;
  private final Map<String, String> parameters;
  private final @Nullable Instant startedAt;
  private final List<TraceEvent> events;

  /**
   * A trace.
   *
   * @param id its id
   * @param session its row of {@code system_traces.sessions}
   * @param events what happened, in order
   */
  QueryTrace(UUID id, Row session, List<TraceEvent> events) {
    ColumnDefinitions columns = session.columnDefinitions();
    this.id = id;
    this.requestType = session.getString("request");
    this.duration = TraceEvent.micros(session, columns.requiredIndexOf("duration"));
    // Servers before 2.2 do not tell it.
    this.client = columns.indexOf("client") < 0 ? null : session.get("client", InetAddress.class);
    this.coordinator = session.get("coordinator", InetAddress.class);
    Map<String, String> parameters =
        session.getMap(columns.requiredIndexOf("parameters"), String.class, String.class);
    this.parameters = parameters == null ? Map.of() : parameters;
    this.startedAt = session.get("started_at", Instant.class);
    this.events = List.copyOf(events);
  }

  /**
   * Under which id it was recorded.
   *
   * @return the id, which came with the answer
   */
  public UUID id() {
    return id;
  }

  /**
   * What was asked for, in the server's words.
   *
   * @return for example {@code Execute CQL3 query}
   */
  public @Nullable String requestType() {
    return requestType;
  }

  /**
   * How long the coordinator was at it. It is written last: a trace that has it is complete, but
   * for events of other nodes that may come yet.
   *
   * @return the time in whole microseconds; null if the trace was not complete when it was read
   */
  public @Nullable Duration duration() {
    return duration;
  }

  /**
   * Who had asked.
   *
   * @return this client's address, as the coordinator saw it; null also if the server is older than
   *     2.2 and does not tell it
   */
  public @Nullable InetAddress client() {
    return client;
  }

  /**
   * The node that was asked.
   *
   * @return its address
   */
  public @Nullable InetAddress coordinator() {
    return coordinator;
  }

  /**
   * With what it was asked: the text of the query, the consistency level and so on.
   *
   * @return values by name, in the server's words; cannot be changed
   */
  public Map<String, String> parameters() {
    return parameters;
  }

  /**
   * When the coordinator began, by its own clock.
   *
   * @return the time, to the millisecond
   */
  public @Nullable Instant startedAt() {
    return startedAt;
  }

  /**
   * What happened.
   *
   * @return the events of all nodes, in the order of their times; cannot be changed
   */
  public List<TraceEvent> events() {
    return events;
  }

  @Override
  public String toString() {
    return "QueryTrace("
        + id
        + ", "
        + requestType
        + ", "
        + duration
        + " on "
        + coordinator
        + ", "
        + events.size()
        + " events)";
  }
}
