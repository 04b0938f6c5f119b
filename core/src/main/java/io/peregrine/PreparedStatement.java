package io.peregrine;

import io.peregrine.codec.row.ColumnDefinitions;
import io.peregrine.codec.row.Prepared;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A query that the server has parsed, to be executed many times with other values. Any thread may
 * use it, and should keep it: preparing again costs a round trip.
 */
public final class PreparedStatement {
  private final String query;
  private final @Nullable String keyspace;
  private final Prepared prepared;
  private final Map<InetSocketAddress, Long> preparedAgain = new ConcurrentHashMap<>();
  private volatile ResultMetadata resultMetadata;

  PreparedStatement(String query, @Nullable String keyspace, Prepared prepared) {
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

  @Override
  public String toString() {
    return "PreparedStatement(" + query + ")";
  }

  /** The keyspace that the session used when it was prepared; null if none. */
  @Nullable String keyspace() {
    return keyspace;
  }

  /** A node that had forgotten it has been told it again, at some time in ns. */
  void onPreparedAgain(InetSocketAddress node, long nanoTime) {
    preparedAgain.put(node, nanoTime);
  }

  /** Whether a node has been told it again since some time in ns. */
  boolean wasPreparedAgainSince(InetSocketAddress node, long nanoTime) {
    Long last = preparedAgain.get(node);
    return last != null && last - nanoTime > 0;
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
