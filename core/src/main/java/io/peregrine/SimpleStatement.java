package io.peregrine;

import io.peregrine.codec.DataType;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.QueryEncoder;
import io.peregrine.codec.envelope.QueryParameters;
import io.peregrine.codec.row.ValueWriter;
import io.peregrine.codec.value.ValueEncoder;
import io.peregrine.type.CqlLiterals;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A query with its text, and values if it has variables. Not thread-safe: it belongs to the thread
 * that sets and executes it.
 *
 * <p>The server tells the types of a prepared statement's variables; those of a simple statement
 * have to be guessed from the values' classes: an {@link Integer} is sent as an int, a {@link Long}
 * as a bigint, an {@link java.time.Instant} as a timestamp, and so on. Where that does not fit,
 * prepare.
 */
public final class SimpleStatement extends Statement<SimpleStatement> {
  private static final CqlLiterals LITERALS = new CqlLiterals();

  private final String query;
  private final byte[] queryUtf8;
  private final ExpandableArrayBuffer values = new ExpandableArrayBuffer(64);
  private final int valuesLength;
  private final int valuesCount;
  private final boolean hasNamedValues;
  private final QueryParameters parameters = new QueryParameters();
  private @Nullable Boolean conditional;

  private SimpleStatement(String query, Object[] positional, Map<String, ?> named) {
    this.query = Objects.requireNonNull(query, "query");
    Objects.requireNonNull(positional, "values; for one value that is null write (Object) null");
    this.queryUtf8 = query.getBytes(StandardCharsets.UTF_8);
    ValueWriter writer = new ValueWriter().wrap(values, 0);
    for (Object value : positional) {
      put(writer, value);
    }
    int position = writer.position();
    for (Map.Entry<String, ?> entry : named.entrySet()) {
      byte[] name = entry.getKey().getBytes(StandardCharsets.UTF_8);
      if (name.length > 0xFFFF) {
        throw new InvalidStatementException(
            "a variable's name of " + name.length + " bytes; 65535 are possible");
      }
      values.putShort(position, (short) name.length, java.nio.ByteOrder.BIG_ENDIAN);
      values.putBytes(position + 2, name);
      writer.wrap(values, position + 2 + name.length);
      put(writer, entry.getValue());
      position = writer.position();
    }
    this.valuesLength = position;
    this.valuesCount = positional.length + named.size();
    if (valuesCount > 0xFFFF) {
      throw new InvalidStatementException(
          valuesCount + " values; a query has room for 65535, prepare and batch instead");
    }
    this.hasNamedValues = !named.isEmpty();
    parameters.namedValues(hasNamedValues);
  }

  /**
   * A query with values in the order of its question marks.
   *
   * @param query the text
   * @param values the values; null for null
   * @return the statement
   * @throws io.peregrine.codec.WrongTypeException if a value's class stands for no CQL type
   */
  public static SimpleStatement of(String query, @Nullable Object... values) {
    return new SimpleStatement(query, values, Map.of());
  }

  /**
   * A query with values by the names of its variables ({@code :name}).
   *
   * @param query the text
   * @param values the values by name; null for null
   * @return the statement
   * @throws io.peregrine.codec.WrongTypeException if a value's class stands for no CQL type
   */
  public static SimpleStatement named(String query, Map<String, ?> values) {
    return new SimpleStatement(query, new Object[0], values);
  }

  /**
   * A query with values put into its text as literals, in the place of each {@code %s}. For what
   * the server takes no values for; see {@link CqlLiterals#format}. A session may have literals of
   * its own: see {@link Session#format}.
   *
   * @param query the text
   * @param values the values; null for null
   * @return the statement, which has no values beside its text
   * @throws io.peregrine.codec.WrongTypeException if there is no literal for a value's class
   */
  public static SimpleStatement format(String query, @Nullable Object... values) {
    return of(LITERALS.format(query, values));
  }

  /**
   * A query with values put into its text as literals, in the place of each {@code %(name)s}.
   *
   * @param query the text
   * @param values the values by name; null for null
   * @return the statement, which has no values beside its text
   * @throws io.peregrine.codec.WrongTypeException if there is no literal for a value's class
   */
  public static SimpleStatement formatNamed(
      String query, Map<String, ? extends @Nullable Object> values) {
    return of(LITERALS.formatNamed(query, values));
  }

  /**
   * The text.
   *
   * @return the query
   */
  public String query() {
    return query;
  }

  @Override
  public String toString() {
    return "SimpleStatement(" + query + ")";
  }

  byte[] queryUtf8() {
    return queryUtf8;
  }

  ExpandableArrayBuffer values() {
    return values;
  }

  int valuesLength() {
    return valuesLength;
  }

  int valuesCount() {
    return valuesCount;
  }

  boolean hasNamedValues() {
    return hasNamedValues;
  }

  @Override
  RequestDigest digest() {
    return new RequestDigest(queryUtf8).values(values, 0, valuesLength);
  }

  @Override
  void timestamp(long micros) {
    parameters.timestamp(micros);
  }

  @Override
  boolean isRead() {
    return ConditionalText.isSelect(query);
  }

  @Override
  SimpleStatement self() {
    return this;
  }

  @Override
  void conclude(RequestDefaults defaults) {
    fill(parameters, defaults);
    parameters.values(values, 0, valuesLength, valuesCount);
  }

  /** Found out when it is first asked for, which is only where replicas are known. */
  @Override
  boolean isConditionalWrite() {
    Boolean conditional = this.conditional;
    if (conditional == null) {
      conditional = ConditionalText.isConditional(query);
      this.conditional = conditional;
    }
    return conditional;
  }

  @Override
  QueryParameters parameters() {
    return parameters;
  }

  @Override
  int encodedLength(ProtocolVersion version) {
    parameters.keyspace(keyspace(version));
    return QueryEncoder.encodedLength(version, queryUtf8, parameters);
  }

  @Override
  int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset) {
    return QueryEncoder.encode(version, queryUtf8, parameters, buffer, offset);
  }

  @Override
  @Nullable Pinned pin() {
    return null;
  }

  private static void put(ValueWriter writer, @Nullable Object value) {
    if (value == null) {
      writer.putNull();
    } else {
      DataType type = GuessedType.of(value);
      ValueEncoder.encode(type, value, writer);
    }
  }
}
