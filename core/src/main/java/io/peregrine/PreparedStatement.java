package io.peregrine;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.CustomPayload;
import io.peregrine.codec.row.ColumnDefinitions;
import io.peregrine.codec.row.Prepared;
import io.peregrine.conductor.PreparedRegistry.Text;
import io.peregrine.type.TypeCodecs;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A query that the server has parsed, to be executed many times with other values. Any thread may
 * use it, and should keep it: preparing again costs a round trip.
 */
public final class PreparedStatement {
  private final Text text;
  private final Prepared prepared;
  private final ProtocolVersion version;
  private final TypeCodecs codecs;
  private final @Nullable CustomPayload payload;
  private final Map<String, @Nullable ByteBuffer> responsePayload;
  private final @Nullable String routingKeyspace;
  private final boolean conditional;
  private final Map<InetSocketAddress, Long> preparedAgain = new ConcurrentHashMap<>();
  private volatile ResultMetadata resultMetadata;

  /**
   * What bound statements begin with, who share it: it never changes, but another takes its place.
   */
  private volatile RequestSettings settings = RequestSettings.NONE;

  /** Whether it may mean something else by now, so that a server is to be asked again. */
  private volatile boolean doubtful;

  /** Written by all threads and without order: to miss a use is no harm. */
  private boolean used;

  /**
   * A statement that a server has just described.
   *
   * @param version the version that it was described in
   * @param payload what went along with PREPARE, and will again; null for nothing
   * @param responsePayload what came along with the description
   */
  PreparedStatement(
      Text text,
      Prepared prepared,
      ProtocolVersion version,
      TypeCodecs codecs,
      @Nullable CustomPayload payload,
      Map<String, @Nullable ByteBuffer> responsePayload) {
    this.text = text;
    this.prepared = prepared;
    this.version = version;
    this.codecs = codecs;
    this.payload = payload;
    this.responsePayload = responsePayload;
    this.routingKeyspace = routingKeyspace(prepared, text.keyspace());
    this.conditional = ConditionalText.isConditional(text.query());
    this.resultMetadata =
        new ResultMetadata(this, prepared.resultMetadataId(), prepared.resultColumns());
  }

  /**
   * The text.
   *
   * @return the query
   */
  public String query() {
    return text.query();
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
   * What an extension of the server had to say when the statement was prepared. It is not sent
   * along when the statement is executed, unless {@link #setCustomPayload} is told so.
   *
   * @return read-only values by key, null where the server said null; empty if it said nothing
   */
  public Map<String, @Nullable ByteBuffer> responsePayload() {
    Map<String, @Nullable ByteBuffer> view = new LinkedHashMap<>();
    responsePayload.forEach(
        (key, value) -> view.put(key, value == null ? null : value.duplicate()));
    return Collections.unmodifiableMap(view);
  }

  /**
   * Sets the consistency that statements have which are bound from now on. As all of these
   * settings, it is for all who have prepared this text in this cluster.
   *
   * @param consistency the level, or null for the cluster's default
   * @return this
   */
  public PreparedStatement setConsistency(@Nullable ConsistencyLevel consistency) {
    return change(changed -> changed.consistency = consistency);
  }

  /**
   * Sets the serial consistency that statements have which are bound from now on.
   *
   * @param consistency SERIAL or LOCAL_SERIAL, or null to leave it to the server
   * @return this
   * @throws IllegalArgumentException if it is another level
   */
  public PreparedStatement setSerialConsistency(@Nullable ConsistencyLevel consistency) {
    RequestSettings.checkSerial(consistency);
    return change(changed -> changed.serialConsistency = consistency);
  }

  /**
   * Sets the page size that statements have which are bound from now on.
   *
   * @param rows at least 1, or 0 for all rows at once
   * @return this
   * @throws IllegalArgumentException if it is negative
   */
  public PreparedStatement setPageSize(int rows) {
    RequestSettings.checkPageSize(rows);
    return change(changed -> changed.pageSize = rows);
  }

  /**
   * Sets the timeout that statements have which are bound from now on.
   *
   * @param timeout the time, or {@link Duration#ZERO} for as long as it takes
   * @return this
   * @throws IllegalArgumentException if it is negative
   */
  public PreparedStatement setTimeout(Duration timeout) {
    return change(changed -> changed.timeout(timeout));
  }

  /**
   * Sets whether it does no harm to execute a statement twice which is bound from now on.
   *
   * @param idempotent false by default
   * @return this
   */
  public PreparedStatement setIdempotent(boolean idempotent) {
    return change(changed -> changed.idempotent = idempotent);
  }

  /**
   * Sets what goes to an extension of the server with statements which are bound from now on, until
   * they have a payload of their own. It is neither what went along with PREPARE, nor what the
   * server said to that; protocol version 3 has no such thing, and executing them fails there.
   *
   * @param payload values by key; they are copied. None to send nothing.
   * @return this
   * @throws io.peregrine.codec.RequestTooLargeException if there are more than 65,535 entries
   */
  public PreparedStatement setCustomPayload(Map<String, ByteBuffer> payload) {
    return change(changed -> changed.payload(payload));
  }

  private synchronized PreparedStatement change(Consumer<RequestSettings> change) {
    RequestSettings changed = settings.copy();
    change.accept(changed);
    settings = changed;
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
   * A statement with its values. Those at the end may be left out, and are unset then, as are those
   * that are {@link BoundStatement#UNSET}; but not if they are of the partition key. Protocol
   * version 3 has no unset values, so there all must be given.
   *
   * @param values one for each variable, in order; null for null
   * @return a new statement, for the calling thread
   * @throws InvalidStatementException if there are more values than variables, or too few
   * @throws io.peregrine.codec.WrongTypeException if a value does not fit its variable's type
   */
  public BoundStatement bind(@Nullable Object... values) {
    return Binding.positional(this, values);
  }

  /**
   * A statement with the values that a map has, by the names of the variables. A variable that the
   * map does not have is unset, which one of the partition key must not be, nor any in protocol
   * version 3. What the map has beyond the variables is ignored.
   *
   * @param values the values by name, exactly as in {@link #variables()}; null for null
   * @return a new statement, for the calling thread
   * @throws InvalidStatementException if a value is missing that must be there
   * @throws io.peregrine.codec.WrongTypeException if a value does not fit its variable's type
   */
  public BoundStatement bindNamed(Map<String, ? extends @Nullable Object> values) {
    return Binding.named(this, values);
  }

  @Override
  public String toString() {
    return "PreparedStatement(" + text.query() + ")";
  }

  /** The keyspace that the session used when it was prepared; null if none. */
  @Nullable String keyspace() {
    return text.keyspace();
  }

  /** The version that the server described it in, and which all connections of the cluster have. */
  ProtocolVersion version() {
    return version;
  }

  /** What goes along with PREPARE; null for nothing. */
  @Nullable CustomPayload payload() {
    return payload;
  }

  /** It is being used. For any thread. */
  void use() {
    if (!used) {
      used = true;
    }
  }

  /** Whether it has been used since this was last asked. */
  boolean takeUse() {
    boolean wasUsed = used;
    used = false;
    return wasUsed;
  }

  /** What it was made of has changed, so it may not be what the text means now. */
  void doubt() {
    doubtful = true;
  }

  boolean isDoubtful() {
    return doubtful;
  }

  /** A server has described it again, with variables that take the same values. */
  void onDescribed(Prepared again) {
    ResultMetadata known = resultMetadata;
    if (!Arrays.equals(known.id(), again.resultMetadataId())
        || !known.columns().equals(again.resultColumns())) {
      resultMetadata = new ResultMetadata(this, again.resultMetadataId(), again.resultColumns());
    }
    doubtful = !prepared.variables().equals(again.variables());
  }

  TypeCodecs codecs() {
    return codecs;
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

  /** What bound statements begin with. Not to be changed. */
  RequestSettings settings() {
    return settings;
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
