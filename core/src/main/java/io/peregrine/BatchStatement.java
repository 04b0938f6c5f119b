package io.peregrine;

import io.peregrine.codec.BatchType;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.BatchEncoder;
import io.peregrine.codec.envelope.QueryParameters;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Several statements in one request. Not thread-safe: it belongs to the thread that fills and
 * executes it.
 *
 * <p>A statement is taken as it is when it is added; it may be changed or reused afterwards. Its
 * own consistency, page size and timeout do not count: the batch's do. Its custom payload is the
 * batch's too, where the batch has no entry of the same key.
 */
public final class BatchStatement extends Statement<BatchStatement> {
  private final BatchType type;
  private final List<Child> children = new ArrayList<>();
  private final Map<Integer, SimpleStatement> unencoded = new LinkedHashMap<>();
  private final Set<PreparedStatement> prepared = new LinkedHashSet<>();
  private final BatchEncoder batchEncoder = new BatchEncoder();
  private final QueryParameters parameters = new QueryParameters();
  private final Map<String, @Nullable ByteBuffer> childrenPayload = new LinkedHashMap<>();
  private long childrenLength;

  /** The first statement with an unset value, and which one that is. */
  private @Nullable PreparedStatement incomplete;

  private int unset;
  private boolean conditional;
  private byte @Nullable [] childKey;
  private @Nullable String childKeyspace;

  /**
   * One statement of the batch.
   *
   * @param prepared whether it is a prepared statement, and not one with text
   * @param query the text in UTF-8, or the id
   * @param values the encoded values
   * @param valuesLength how many bytes they have
   * @param valuesCount how many they are
   */
  private record Child(
      boolean prepared, byte[] query, DirectBuffer values, int valuesLength, int valuesCount) {
    /** Stands for one whose values are not encoded yet. */
    private static final Child NONE =
        new Child(false, new byte[0], new UnsafeBuffer(new byte[0]), 0, 0);
  }

  private BatchStatement(BatchType type) {
    this.type = type;
  }

  /**
   * A batch that takes effect as a whole, sooner or later.
   *
   * @return an empty batch
   */
  public static BatchStatement logged() {
    return new BatchStatement(BatchType.LOGGED);
  }

  /**
   * A batch that may take effect in part.
   *
   * @return an empty batch
   */
  public static BatchStatement unlogged() {
    return new BatchStatement(BatchType.UNLOGGED);
  }

  /**
   * A batch of counter updates.
   *
   * @return an empty batch
   */
  public static BatchStatement counter() {
    return new BatchStatement(BatchType.COUNTER);
  }

  /**
   * Adds a statement.
   *
   * @param statement a write with its text; its values must be positional
   * @return this
   * @throws InvalidStatementException if the batch is full, or the values have names
   */
  public BatchStatement add(SimpleStatement statement) {
    SimpleValues values = statement.values();
    if (values.haveNames()) {
      throw new InvalidStatementException(
          "The protocol has no named values in a batch; give \""
              + statement.query()
              + "\" its values in order, or prepare it");
    }
    checkRoom();
    onAdd(statement);
    if (values.count() == 0) {
      children.add(text(statement));
    } else {
      // By then the codecs are known.
      unencoded.put(children.size(), statement);
      children.add(Child.NONE);
    }
    takePayload(statement);
    return this;
  }

  private Child text(SimpleStatement statement) {
    SimpleValues values = statement.values();
    byte[] query = statement.queryUtf8();
    childrenLength += BatchEncoder.queryLength(query, values.length());
    return new Child(false, query, values.buffer(), values.length(), values.count());
  }

  /**
   * Adds a statement.
   *
   * @param statement a prepared write; its values are copied
   * @return this
   * @throws InvalidStatementException if the batch is full, or a partition key column is not set
   */
  public BatchStatement add(BoundStatement statement) {
    checkRoom();
    statement.checkKey();
    takePayload(statement);
    onAdd(statement);
    EncodedValues values = statement.values().copy();
    PreparedStatement prepared = statement.preparedStatement();
    prepared.use();
    this.prepared.add(prepared);
    int unset = values.firstUnset();
    if (unset >= 0 && incomplete == null) {
      incomplete = prepared;
      this.unset = unset;
    }
    childrenLength += BatchEncoder.preparedLength(prepared.id(), values.length());
    children.add(new Child(true, prepared.id(), values.buffer(), values.length(), values.count()));
    return this;
  }

  /**
   * Adds a query with its values.
   *
   * @param query a write's text
   * @param values the values of its question marks, in order, as {@link SimpleStatement#of} takes
   *     them; null for null
   * @return this
   * @throws InvalidStatementException if the batch is full
   * @throws io.peregrine.codec.WrongTypeException if a value's class stands for no CQL type
   */
  public BatchStatement add(String query, @Nullable Object... values) {
    return add(SimpleStatement.of(query, values));
  }

  /**
   * Adds a prepared statement with its values.
   *
   * @param statement a prepared write
   * @param values its values, as {@link PreparedStatement#bind(Object...)} takes them
   * @return this
   * @throws InvalidStatementException if the batch is full, there are too many values or too few,
   *     or a partition key column is not set
   * @throws io.peregrine.codec.WrongTypeException if a value does not fit its variable's type
   */
  public BatchStatement add(PreparedStatement statement, @Nullable Object... values) {
    return add(statement.bind(values));
  }

  /**
   * Adds statements, each as its own {@code add} does.
   *
   * @param statements simple and bound statements, in any mixture
   * @return this
   * @throws InvalidStatementException if one of them is a batch, or cannot be added; those before
   *     it have been
   */
  public BatchStatement addAll(Iterable<? extends Statement<?>> statements) {
    for (Statement<?> statement : statements) {
      if (statement instanceof SimpleStatement simple) {
        add(simple);
      } else if (statement instanceof BoundStatement bound) {
        add(bound);
      } else {
        throw new InvalidStatementException("A batch holds no batch; add its statements");
      }
    }
    return this;
  }

  /**
   * How many statements there are.
   *
   * @return 0 to 65,535
   */
  public int size() {
    return children.size();
  }

  /**
   * Empties the batch, to be filled again.
   *
   * @return this
   */
  public BatchStatement clear() {
    children.clear();
    unencoded.clear();
    prepared.clear();
    childrenLength = 0;
    childrenPayload.clear();
    underlyingPayload(childrenPayload);
    incomplete = null;
    conditional = false;
    childKey = null;
    childKeyspace = null;
    return this;
  }

  /** The batch goes where the first statement belongs that tells both its key and its keyspace. */
  private void onAdd(Statement<?> statement) {
    conditional |= statement.isConditionalWrite();
    String keyspace = statement.routingKeyspace();
    if (childKey != null && (childKeyspace != null || keyspace == null)) {
      return;
    }
    RoutingKey key = new RoutingKey();
    if (statement.findKey(key)) {
      childKey = key.toBytes();
      childKeyspace = keyspace;
    }
  }

  @Override
  boolean findKey(RoutingKey key) {
    if (super.findKey(key)) {
      return true;
    }
    byte[] childKey = this.childKey;
    if (childKey != null) {
      key.wrap(childKey);
    }
    return childKey != null;
  }

  @Override
  @Nullable String routingKeyspace() {
    String set = super.routingKeyspace();
    return set == null ? childKeyspace : set;
  }

  @Override
  boolean isConditionalWrite() {
    return conditional;
  }

  @Override
  public String toString() {
    return "BatchStatement(" + type + ", " + children.size() + " statements)";
  }

  private void takePayload(Statement<?> statement) {
    Map<String, ByteBuffer> payload = statement.customPayload();
    if (!payload.isEmpty()) {
      childrenPayload.putAll(payload);
      underlyingPayload(childrenPayload);
    }
  }

  @Override
  RequestDigest digest() {
    throw new InvalidStatementException("A batch has no pages; set no paging state");
  }

  @Override
  void timestamp(long micros) {
    parameters.timestamp(micros);
  }

  @Override
  boolean isRead() {
    return false;
  }

  @Override
  BatchStatement self() {
    return this;
  }

  @Override
  void conclude(RequestDefaults defaults) {
    if (!unencoded.isEmpty()) {
      unencoded.values().forEach(statement -> statement.values().settle(defaults.codecs()));
      unencoded.forEach((index, statement) -> children.set(index, text(statement)));
      unencoded.clear();
    }
    encoder().begin(parameters, defaults);
  }

  @Override
  int encodedLength(ProtocolVersion version) {
    PreparedStatement incomplete = this.incomplete;
    if (incomplete != null && !version.hasUnset()) {
      throw Binding.unsetRefused(incomplete, unset, version);
    }
    parameters.keyspace(settings().keyspace(version));
    return BatchEncoder.encodedLength(version, childrenLength, parameters);
  }

  @Override
  int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset) {
    BatchEncoder encoder = batchEncoder.begin(version, type, parameters, buffer, offset);
    for (int i = 0; i < children.size(); i++) {
      Child child = children.get(i);
      if (child.prepared()) {
        encoder.putPrepared(
            child.query(), child.values(), 0, child.valuesLength(), child.valuesCount());
      } else {
        encoder.putQuery(
            child.query(), child.values(), 0, child.valuesLength(), child.valuesCount());
      }
    }
    return encoder.end();
  }

  @Override
  Pinned pin() {
    return new PinnedBatch(List.copyOf(prepared));
  }

  private void checkRoom() {
    if (children.size() == BatchEncoder.MAX_CHILDREN) {
      throw new InvalidStatementException(
          "A batch holds at most " + BatchEncoder.MAX_CHILDREN + " statements; send several");
    }
  }
}
