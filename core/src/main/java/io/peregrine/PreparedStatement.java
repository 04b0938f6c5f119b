package io.peregrine;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.row.ColumnDefinitions;
import io.peregrine.codec.row.Prepared;
import java.net.InetSocketAddress;
import java.time.Duration;
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
  private final @Nullable String routingKeyspace;
  private final boolean conditional;
  private final Map<InetSocketAddress, Long> preparedAgain = new ConcurrentHashMap<>();
  private volatile ResultMetadata resultMetadata;
  private volatile StatementDefaults defaults = StatementDefaults.NONE;

  PreparedStatement(String query, @Nullable String keyspace, Prepared prepared) {
    this.query = query;
    this.keyspace = keyspace;
    this.prepared = prepared;
    this.routingKeyspace = routingKeyspace(prepared, keyspace);
    this.conditional = ConditionalText.isConditional(query);
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
   * Sets the consistency that statements have which are bound from now on. As all of these
   * settings, it is for all who have prepared this text in this cluster.
   *
   * @param consistency the level, or null for the cluster's default
   * @return this
   */
  public synchronized PreparedStatement setConsistency(@Nullable ConsistencyLevel consistency) {
    StatementDefaults old = defaults;
    defaults =
        new StatementDefaults(
            consistency,
            old.serialConsistency(),
            old.pageSize(),
            old.timeoutNanos(),
            old.idempotent());
    return this;
  }

  /**
   * Sets the serial consistency that statements have which are bound from now on.
   *
   * @param consistency SERIAL or LOCAL_SERIAL, or null to leave it to the server
   * @return this
   * @throws IllegalArgumentException if it is another level
   */
  public synchronized PreparedStatement setSerialConsistency(
      @Nullable ConsistencyLevel consistency) {
    Statement.checkSerial(consistency);
    StatementDefaults old = defaults;
    defaults =
        new StatementDefaults(
            old.consistency(), consistency, old.pageSize(), old.timeoutNanos(), old.idempotent());
    return this;
  }

  /**
   * Sets the page size that statements have which are bound from now on.
   *
   * @param rows at least 1, or 0 for all rows at once
   * @return this
   * @throws IllegalArgumentException if it is negative
   */
  public synchronized PreparedStatement setPageSize(int rows) {
    Statement.checkPageSize(rows);
    StatementDefaults old = defaults;
    defaults =
        new StatementDefaults(
            old.consistency(), old.serialConsistency(), rows, old.timeoutNanos(), old.idempotent());
    return this;
  }

  /**
   * Sets the timeout that statements have which are bound from now on.
   *
   * @param timeout the time, or {@link Duration#ZERO} for as long as it takes
   * @return this
   * @throws IllegalArgumentException if it is negative
   */
  public synchronized PreparedStatement setTimeout(Duration timeout) {
    Statement.checkTimeout(timeout);
    StatementDefaults old = defaults;
    defaults =
        new StatementDefaults(
            old.consistency(),
            old.serialConsistency(),
            old.pageSize(),
            Statement.nanos(timeout),
            old.idempotent());
    return this;
  }

  /**
   * Sets whether it does no harm to execute a statement twice which is bound from now on.
   *
   * @param idempotent false by default
   * @return this
   */
  public synchronized PreparedStatement setIdempotent(boolean idempotent) {
    StatementDefaults old = defaults;
    defaults =
        new StatementDefaults(
            old.consistency(),
            old.serialConsistency(),
            old.pageSize(),
            old.timeoutNanos(),
            idempotent);
    return this;
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

  /** The keyspace of its table; null if neither the server nor the session tells. */
  @Nullable String routingKeyspace() {
    return routingKeyspace;
  }

  private static @Nullable String routingKeyspace(Prepared prepared, @Nullable String keyspace) {
    int[] key = prepared.partitionKeyIndexes();
    String told = key.length == 0 ? "" : prepared.variables().keyspace(key[0]);
    return told.isEmpty() ? keyspace : told;
  }

  boolean isConditional() {
    return conditional;
  }

  StatementDefaults defaults() {
    return defaults;
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
