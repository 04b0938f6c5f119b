package io.peregrine;

import io.peregrine.codec.row.ColumnDefinitions;
import io.peregrine.codec.row.Prepared;
import io.peregrine.type.TypeCodecs;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A query that the server has parsed, to be executed many times with other values. Any thread may
 * use it, and should keep it: preparing again costs a round trip.
 */
public final class PreparedStatement {
  private final String query;
  private final @Nullable String keyspace;
  private final Prepared prepared;
  private final TypeCodecs codecs;
  private volatile ResultMetadata resultMetadata;

  PreparedStatement(String query, @Nullable String keyspace, Prepared prepared, TypeCodecs codecs) {
    this.codecs = codecs;
    this.query = query;
    this.keyspace = keyspace;
    this.prepared = prepared;
    this.resultMetadata =
        new ResultMetadata(this, prepared.resultMetadataId(), prepared.resultColumns());
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
   * What has to be bound.
   *
   * @return name and type of each variable
   */
  public ColumnDefinitions variables() {
    return prepared.variables();
  }

  /**
   * What comes back, as the server has last told.
   *
   * @return name and type of each column; empty if there are none
   */
  public ColumnDefinitions resultColumns() {
    return resultMetadata.columns();
  }

  /**
   * The variables that make up the partition key, in the key's order.
   *
   * @return indexes into {@link #variables()}; empty if not all of the key is bound
   */
  public int[] partitionKeyIndexes() {
    return prepared.partitionKeyIndexes().clone();
  }

  /**
   * A statement whose values are all unset.
   *
   * @return a new statement, for the calling thread
   */
  public BoundStatement bind() {
    return new BoundStatement(this);
  }

  /**
   * A statement with all its values.
   *
   * @param values one for each variable, in order; null for null
   * @return a new statement, for the calling thread
   * @throws InvalidStatementException if there are not as many values as variables
   * @throws io.peregrine.codec.WrongTypeException if a value does not fit its variable's type
   */
  public BoundStatement bind(@Nullable Object... values) {
    return new BoundStatement(this).setAll(values);
  }

  /**
   * A statement with the values that a map has, by the names of the variables. A variable that the
   * map does not have is unset; what the map has beyond the variables is ignored.
   *
   * @param values the values by name, exactly as in {@link #variables()}; null for null
   * @return a new statement, for the calling thread
   * @throws io.peregrine.codec.WrongTypeException if a value does not fit its variable's type
   */
  public BoundStatement bindNamed(Map<String, ? extends @Nullable Object> values) {
    return new BoundStatement(this).setNamed(values);
  }

  @Override
  public String toString() {
    return "PreparedStatement(" + query + ")";
  }

  /** The keyspace that the session used when it was prepared; null if none. */
  @Nullable String keyspace() {
    return keyspace;
  }

  TypeCodecs codecs() {
    return codecs;
  }

  byte[] id() {
    return prepared.id();
  }

  int[] partitionKey() {
    return prepared.partitionKeyIndexes();
  }

  ResultMetadata resultMetadata() {
    return resultMetadata;
  }

  void resultMetadata(ResultMetadata changed) {
    resultMetadata = changed;
  }
}
