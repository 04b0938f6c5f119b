package io.peregrine;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.WrongTypeException;
import io.peregrine.codec.envelope.ExecuteTemplate;
import io.peregrine.codec.envelope.QueryParameters;
import io.peregrine.codec.row.ColumnDefinitions;
import io.peregrine.codec.row.ValueWriter;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A prepared statement with its values, which are encoded as they are set. Not thread-safe: it
 * belongs to one thread, which may set and execute it over and over; the primitive setters allocate
 * nothing.
 *
 * <p>A value that has never been set is sent as unset: a write leaves that column as it is.
 * Protocol version 3 has no unset values; there each one must be set, or set to null.
 */
public final class BoundStatement extends Statement<BoundStatement> {
  /** In the place of a value: it is left unset. Protocol version 3 has no such thing. */
  public static final Object UNSET =
      new Object() {
        @Override
        public String toString() {
          return "UNSET";
        }
      };

  private final PreparedStatement prepared;
  private final ColumnDefinitions variables;
  private final EncodedValues values;
  private final QueryParameters parameters = new QueryParameters();
  private final ExecuteTemplate template = new ExecuteTemplate();
  private ResultMetadata pinned;

  BoundStatement(PreparedStatement prepared) {
    this.prepared = prepared;
    this.variables = prepared.variables();
    this.values = new EncodedValues(variables.size());
    this.pinned = prepared.resultMetadata();
    inherit(prepared.settings());
  }

  /**
   * The statement that this one binds.
   *
   * @return the prepared statement
   */
  public PreparedStatement preparedStatement() {
    return prepared;
  }

  /**
   * Makes all values unset again.
   *
   * @return this
   */
  public BoundStatement clear() {
    values.clear();
    return this;
  }

  /**
   * Sets a boolean.
   *
   * @param i the variable's index, from 0 on
   * @param value the value
   * @return this
   */
  public BoundStatement setBoolean(int i, boolean value) {
    check(i, Primitive.BOOLEAN, "boolean");
    values.place(i, 5).putBoolean(value);
    return this;
  }

  /**
   * Sets a tinyint.
   *
   * @param i the variable's index, from 0 on
   * @param value the value
   * @return this
   */
  public BoundStatement setByte(int i, byte value) {
    check(i, Primitive.TINYINT, "byte");
    values.place(i, 5).putByte(value);
    return this;
  }

  /**
   * Sets a smallint.
   *
   * @param i the variable's index, from 0 on
   * @param value the value
   * @return this
   */
  public BoundStatement setShort(int i, short value) {
    check(i, Primitive.SMALLINT, "short");
    values.place(i, 6).putShort(value);
    return this;
  }

  /**
   * Sets an int.
   *
   * @param i the variable's index, from 0 on
   * @param value the value
   * @return this
   */
  public BoundStatement setInt(int i, int value) {
    check(i, Primitive.INT, "int");
    values.place(i, 8).putInt(value);
    return this;
  }

  /**
   * Sets a bigint or counter, a timestamp in milliseconds since 1970-01-01T00:00Z, or a time in
   * nanoseconds since midnight.
   *
   * @param i the variable's index, from 0 on
   * @param value the value
   * @return this
   */
  public BoundStatement setLong(int i, long value) {
    DataType type = variables.type(i);
    if (type != Primitive.BIGINT
        && type != Primitive.TIMESTAMP
        && type != Primitive.COUNTER
        && type != Primitive.TIME) {
      throw Binding.typeRefused(prepared, i, "long");
    }
    values.place(i, 12).putLong(value);
    return this;
  }

  /**
   * Sets a float.
   *
   * @param i the variable's index, from 0 on
   * @param value the value
   * @return this
   */
  public BoundStatement setFloat(int i, float value) {
    check(i, Primitive.FLOAT, "float");
    values.place(i, 8).putFloat(value);
    return this;
  }

  /**
   * Sets a double.
   *
   * @param i the variable's index, from 0 on
   * @param value the value
   * @return this
   */
  public BoundStatement setDouble(int i, double value) {
    check(i, Primitive.DOUBLE, "double");
    values.place(i, 12).putDouble(value);
    return this;
  }

  /**
   * Sets a uuid or timeuuid.
   *
   * @param i the variable's index, from 0 on
   * @param value the value
   * @return this
   */
  public BoundStatement setUuid(int i, UUID value) {
    return set(i, value);
  }

  /**
   * Sets a text; for ascii use {@link #set}.
   *
   * @param i the variable's index, from 0 on
   * @param value the value, which is encoded as UTF-8 at once
   * @return this
   */
  public BoundStatement setString(int i, CharSequence value) {
    if (variables.type(i) != Primitive.VARCHAR) {
      return set(i, value);
    }
    values.begin().putText(value);
    values.end(i);
    return this;
  }

  /**
   * Sets a blob.
   *
   * @param i the variable's index, from 0 on
   * @param source where the bytes are
   * @param offset where they begin
   * @param length how many they are
   * @return this
   */
  public BoundStatement setBytes(int i, DirectBuffer source, int offset, int length) {
    check(i, Primitive.BLOB, "bytes");
    values.place(i, 4 + length).putBytes(source, offset, length);
    return this;
  }

  /**
   * Sets a value of any type, by the codec of its class.
   *
   * @param i the variable's index, from 0 on
   * @param value the value, of a class that fits the variable's type; null for null, or {@link
   *     #UNSET}
   * @return this
   * @throws WrongTypeException if it does not fit
   */
  public BoundStatement set(int i, @Nullable Object value) {
    if (value == UNSET) {
      return unset(i);
    }
    DataType type = variables.type(i);
    ValueWriter writer = values.begin();
    prepared.codecs().encode(type, value, writer);
    values.end(i);
    return this;
  }

  /**
   * Sets a value of any type, by the codec of a given class.
   *
   * @param i the variable's index, from 0 on
   * @param value the value, or null for null
   * @param as the class that there is a codec for
   * @param <T> that class
   * @return this
   * @throws WrongTypeException if there is no codec for it and the variable's type
   */
  public <T> BoundStatement set(int i, @Nullable T value, Class<T> as) {
    DataType type = variables.type(i);
    ValueWriter writer = values.begin();
    prepared.codecs().encode(type, value, as, writer);
    values.end(i);
    return this;
  }

  /**
   * Sets a value of any type, by name; all variables of that name.
   *
   * @param name the variable's name
   * @param value the value, of a class that fits the variable's type; null for null
   * @return this
   * @throws io.peregrine.codec.row.UnknownColumnException if no variable has that name
   */
  public BoundStatement set(String name, @Nullable Object value) {
    int first = variables.requiredIndexOf(name);
    String exact = variables.name(first);
    for (int i = first; i < variables.size(); i++) {
      if (variables.name(i).equals(exact)) {
        set(i, value);
      }
    }
    return this;
  }

  /**
   * Sets a value to null: a write deletes that column.
   *
   * @param i the variable's index, from 0 on
   * @return this
   */
  public BoundStatement setNull(int i) {
    values.place(i, 4).putNull();
    return this;
  }

  /**
   * Makes a value unset again: a write leaves that column as it is.
   *
   * @param i the variable's index, from 0 on
   * @return this
   */
  public BoundStatement unset(int i) {
    values.place(i, 4).putUnset();
    return this;
  }

  @Override
  public String toString() {
    return "BoundStatement(" + prepared.query() + ")";
  }

  @Override
  RequestDigest digest() {
    return new RequestDigest(prepared.query().getBytes(StandardCharsets.UTF_8))
        .values(values.buffer(), 0, values.length());
  }

  EncodedValues values() {
    return values;
  }

  void checkKey() {
    int[] key = prepared.partitionKey();
    for (int i = 0; i < key.length; i++) {
      if (values.isAbsent(key[i])) {
        throw Binding.keyRefused(prepared, key[i], "null or not set");
      }
    }
  }

  @Override
  boolean findKey(RoutingKey key) {
    return super.findKey(key) || values.findKey(prepared.partitionKey(), key);
  }

  @Override
  @Nullable String routingKeyspace() {
    String set = super.routingKeyspace();
    return set == null ? prepared.routingKeyspace() : set;
  }

  @Override
  boolean isConditionalWrite() {
    return prepared.isConditional();
  }

  @Override
  boolean mayWrite() {
    // What a server prepares without columns gives no rows, unless a condition fails.
    return pinned.columns().size() == 0;
  }

  @Override
  void timestamp(long micros) {
    template.timestamp(micros);
  }

  @Override
  boolean isRead() {
    return !prepared.isConditional() && prepared.resultMetadata().columns().size() > 0;
  }

  @Override
  BoundStatement self() {
    return this;
  }

  @Override
  void conclude(RequestDefaults defaults) {
    checkKey();
    prepared.use();
    pinned = prepared.resultMetadata();
    encoder().begin(parameters, defaults);
    parameters.values(values.buffer(), 0, values.length(), values.count());
  }

  @Override
  QueryParameters parameters() {
    return parameters;
  }

  @Override
  int encodedLength(ProtocolVersion version) {
    int unset = version.hasUnset() ? -1 : values.firstUnset();
    if (unset >= 0) {
      throw Binding.unsetRefused(prepared, unset, version);
    }
    // Where an answer cannot say that its columns have changed, it has to bring them.
    parameters.skipMetadata(version.hasResultMetadataId() && pinned.columns().size() > 0);
    template.update(version, prepared.id(), pinned.id(), parameters);
    return template.encodedLength(values.length());
  }

  @Override
  int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset) {
    return template.encode(buffer, offset, values.buffer(), 0, values.length());
  }

  @Override
  Pinned pin() {
    return pinned;
  }

  private void check(int i, Primitive expected, String asked) {
    if (variables.type(i) != expected) {
      throw Binding.typeRefused(prepared, i, asked);
    }
  }
}
