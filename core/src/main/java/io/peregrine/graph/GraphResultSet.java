package io.peregrine.graph;

import io.peregrine.ExecutionInfo;
import io.peregrine.ResultSet;
import io.peregrine.Row;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The results of a graph query. Not thread-safe: it belongs to one thread at a time.
 *
 * <p>Each is read when it is taken, and taken once. A result that is there many times is read once
 * for all of them. If the server gives pages, the next one is asked for and waited for when the one
 * before is taken.
 */
public final class GraphResultSet implements Iterable<GraphResult> {
  private final ResultSet rows;
  private final GraphProtocol protocol;
  private final Iterator<Row> left;
  private GraphResult current = new GraphResult(null);

  /** How many more times the current result is there. */
  private long repetitions;

  private GraphResultSet(ResultSet rows, GraphProtocol protocol) {
    this.rows = rows;
    this.protocol = Objects.requireNonNull(protocol, "protocol");
    this.left = rows.iterator();
  }

  /**
   * Reads rows as the results of a graph query.
   *
   * @param rows rows whose first column is a text, JSON with a {@code result}
   * @param protocol what they are written in
   * @return their results; the rows are taken with them
   */
  public static GraphResultSet of(ResultSet rows, GraphProtocol protocol) {
    return new GraphResultSet(rows, protocol);
  }

  /**
   * Takes one result.
   *
   * @return the result; null if there are no more
   * @throws io.peregrine.codec.DriverException if it is malformed, or the next page cannot be had
   */
  public @Nullable GraphResult one() {
    if (repetitions == 0) {
      if (!left.hasNext()) {
        return null;
      }
      read(left.next());
    }
    repetitions--;
    return current;
  }

  /**
   * Takes all results that are left.
   *
   * @return the results, which is empty if there are none; one that is there many times takes the
   *     room of one
   * @throws io.peregrine.codec.DriverException if one is malformed, or a page cannot be had
   * @throws IllegalStateException if they are more than a list holds
   */
  public List<GraphResult> all() {
    RepeatedResults all = new RepeatedResults();
    while (repetitions > 0 || left.hasNext()) {
      if (repetitions == 0) {
        read(left.next());
      }
      all.add(current, repetitions);
      repetitions = 0;
    }
    return all;
  }

  /**
   * The results that are left, each taken when the stream comes to it.
   *
   * @return a sequential stream
   */
  public Stream<GraphResult> stream() {
    return StreamSupport.stream(spliterator(), false);
  }

  @Override
  public Iterator<GraphResult> iterator() {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return repetitions > 0 || left.hasNext();
      }

      @Override
      public GraphResult next() {
        GraphResult next = one();
        if (next == null) {
          throw new NoSuchElementException("There are no more results");
        }
        return next;
      }
    };
  }

  /**
   * How the query was executed.
   *
   * @return what is known of it
   */
  public ExecutionInfo executionInfo() {
    return rows.executionInfo();
  }

  /**
   * The rows, as the server has sent them.
   *
   * @return rows of one text each, which is JSON; who takes one takes its result
   */
  public ResultSet rows() {
    return rows;
  }

  private void read(Row row) {
    String text = row.getString(0);
    if (text == null) {
      throw new GraphsonException("A row of a graph result is null");
    }
    Object json = JsonReader.read(text);
    if (!(json instanceof Map<?, ?> object) || !object.containsKey("result")) {
      throw new GraphsonException(
          TextForms.shown(json) + " is no object with a result; was it a graph query?");
    }
    Object result = object.get("result");
    Object value =
        protocol == GraphProtocol.GRAPHSON_1
            ? PlainGraphson.read(result)
            : TypedGraphson.read(result);
    long bulk = object.containsKey("bulk") ? TypedGraphson.count(object.get("bulk")) : 1;
    current = new GraphResult(value);
    repetitions = bulk;
  }
}
