package io.peregrine.graph;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A graph query with its text, and parameters by name. Immutable, as far as its parameters are; any
 * thread may use it.
 *
 * <p>Put values into parameters, not into the text: the text is a program, and the server keeps
 * what it has made of it for the next query of the same text.
 */
public final class SimpleGraphStatement {
  private final String query;
  private final Map<String, @Nullable Object> parameters;
  private final boolean idempotent;

  private SimpleGraphStatement(
      String query, Map<String, @Nullable Object> parameters, boolean idempotent) {
    this.query = query;
    this.parameters = parameters;
    this.idempotent = idempotent;
  }

  /**
   * A query without parameters.
   *
   * @param query the text, in the language that the profile's {@link GraphOptions} say
   * @return the statement
   */
  public static SimpleGraphStatement of(String query) {
    return new SimpleGraphStatement(Objects.requireNonNull(query, "query"), Map.of(), false);
  }

  /**
   * A query with parameters.
   *
   * @param query the text, in the language that the profile's {@link GraphOptions} say
   * @param parameters the values by the names that the text has for them: null, texts, numbers,
   *     booleans, dates, times, UUIDs, addresses, bytes, geometries, and collections, arrays and
   *     maps of those; the map is copied
   * @return the statement
   */
  public static SimpleGraphStatement of(
      String query, Map<String, ? extends @Nullable Object> parameters) {
    return of(query).withParameters(parameters);
  }

  /**
   * Sets a parameter.
   *
   * @param name the name that the text has for it
   * @param value its value, as {@link #of(String, Map)} takes them
   * @return a statement that differs in this
   */
  public SimpleGraphStatement withParameter(String name, @Nullable Object value) {
    Objects.requireNonNull(name, "name");
    Map<String, @Nullable Object> more = new LinkedHashMap<>(parameters);
    more.put(name, value);
    return new SimpleGraphStatement(query, Collections.unmodifiableMap(more), idempotent);
  }

  /**
   * Sets the parameters, in the place of all that were set.
   *
   * @param parameters the values by name, as {@link #of(String, Map)} takes them; the map is copied
   * @return a statement that differs in this
   */
  public SimpleGraphStatement withParameters(Map<String, ? extends @Nullable Object> parameters) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>(parameters);
    if (copy.containsKey(null)) {
      throw new IllegalArgumentException(
          "A parameter without a name; the parameters of a graph query are found by their names");
    }
    return new SimpleGraphStatement(query, Collections.unmodifiableMap(copy), idempotent);
  }

  /**
   * Sets whether it does no harm to execute it twice, as {@link
   * io.peregrine.Statement#setIdempotent} does.
   *
   * @param idempotent false by default
   * @return a statement that differs in this
   */
  public SimpleGraphStatement withIdempotent(boolean idempotent) {
    return new SimpleGraphStatement(query, parameters, idempotent);
  }

  /**
   * The text.
   *
   * @return the query
   */
  public String query() {
    return query;
  }

  /**
   * The parameters.
   *
   * @return an unmodifiable map by name; empty if there are none
   */
  public Map<String, @Nullable Object> parameters() {
    return parameters;
  }

  /**
   * Whether it does no harm to execute it twice.
   *
   * @return what was set
   */
  public boolean isIdempotent() {
    return idempotent;
  }

  /**
   * The parameters as the server takes them: as one value.
   *
   * @param protocol the form
   * @return JSON as UTF-8; null if there are no parameters
   * @throws io.peregrine.codec.WrongTypeException if GraphSON has no form for a value's class
   * @throws io.peregrine.codec.InvalidValueException if a value cannot be written
   */
  public @Nullable ByteBuffer encodedParameters(GraphProtocol protocol) {
    return parameters.isEmpty()
        ? null
        : ByteBuffer.wrap(ParameterWriter.write(parameters, protocol));
  }

  @Override
  public String toString() {
    return "SimpleGraphStatement(" + query + ")";
  }
}
