package io.peregrine;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.QueryEncoder;
import io.peregrine.codec.envelope.QueryParameters;
import io.peregrine.type.CqlLiterals;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A query with its text, and values if it has variables. Not thread-safe: it belongs to the thread
 * that sets and executes it.
 *
 * <p>The server tells the types of a prepared statement's variables; those of a simple statement
 * have to be guessed from the values' classes: an {@link Integer} is sent as an int, a {@link Long}
 * as a bigint, an {@link java.time.Instant} as a timestamp, an enum as a text, and so on. Where
 * that does not fit, prepare. Objects of the application's own classes are sent as the codecs of
 * the cluster say ({@link io.peregrine.type.TypeCodec#assumedType}, {@link
 * Cluster#registerUserType}); executing it fails with a {@link
 * io.peregrine.codec.WrongTypeException} if none does. A codec that is registered for a class which
 * the driver knows comes before what the driver would do. What registered codecs write is found
 * when the statement is first executed, of objects as they are then.
 */
public final class SimpleStatement extends Statement<SimpleStatement> {
  private static final CqlLiterals LITERALS = new CqlLiterals();

  private final String query;
  private final byte[] queryUtf8;
  private final SimpleValues values;
  private final QueryParameters parameters = new QueryParameters();
  private @Nullable Boolean conditional;

  private SimpleStatement(String query, SimpleValues values) {
    this.query = Objects.requireNonNull(query, "query");
    this.queryUtf8 = query.getBytes(StandardCharsets.UTF_8);
    this.values = values;
    parameters.namedValues(values.haveNames());
  }

  /**
   * A query with values in the order of its question marks.
   *
   * @param query the text
   * @param values the values; null for null
   * @return the statement
   */
  public static SimpleStatement of(String query, @Nullable Object... values) {
    return new SimpleStatement(query, new SimpleValues(values, Map.of()));
  }

  /**
   * A query with values by the names of its variables ({@code :name}).
   *
   * @param query the text
   * @param values the values by name; null for null
   * @return the statement
   */
  public static SimpleStatement named(String query, Map<String, ?> values) {
    return new SimpleStatement(query, new SimpleValues(new Object[0], values));
  }

  /**
   * A query with one value that no codec has a say in.
   *
   * @param value its bytes; null for no value at all
   */
  static SimpleStatement encoded(String query, @Nullable ByteBuffer value) {
    return value == null ? of(query) : new SimpleStatement(query, SimpleValues.encoded(value));
  }

  /**
   * A query with values put into its text as literals, in the place of each {@code %s}. For what
   * the server takes no values for; see {@link CqlLiterals#format}. A session may have literals of
   * its own: see {@link Session#literals}.
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

  SimpleValues values() {
    return values;
  }

  @Override
  RequestDigest digest() {
    return new RequestDigest(queryUtf8).values(values.buffer(), 0, values.length());
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
    values.settle(defaults.codecs());
    encoder().begin(parameters, defaults);
    parameters.values(values.buffer(), 0, values.length(), values.count());
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
    parameters.keyspace(settings().keyspace(version));
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
}
