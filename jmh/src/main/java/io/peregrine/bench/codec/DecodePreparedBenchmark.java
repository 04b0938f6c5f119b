package io.peregrine.bench.codec;

import static java.nio.ByteOrder.BIG_ENDIAN;

import com.datastax.oss.protocol.internal.Compressor;
import com.datastax.oss.protocol.internal.Frame;
import com.datastax.oss.protocol.internal.FrameCodec;
import com.datastax.oss.protocol.internal.ProtocolV5ServerCodecs;
import com.datastax.oss.protocol.internal.response.result.ColumnSpec;
import com.datastax.oss.protocol.internal.response.result.RawType;
import com.datastax.oss.protocol.internal.response.result.RowsMetadata;
import io.peregrine.bench.DriverFlags;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.ResultKind;
import io.peregrine.codec.row.ColumnDefinitions;
import io.peregrine.codec.row.Prepared;
import io.peregrine.codec.row.PreparedDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A RESULT of kind Prepared: ten variables, one of them the key, and four result columns, from the
 * envelope's header to what a statement is made of. One thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {DriverFlags.OPEN_MISC, DriverFlags.MISC, DriverFlags.BOX_CACHE})
public class DecodePreparedBenchmark {
  private static final int PAGES = 64;
  private static final int CAPACITY = 2048;
  private static final int ID_LENGTH = 16;
  private static final int RESULT_COLUMNS = 4;

  /** Where the variables are counted: behind the header, the kind, both ids and the flags. */
  private static final int COUNT_OFFSET = 9 + 4 + 2 * (2 + ID_LENGTH) + 4;

  private final Peer peer = new Peer();
  private final Pages pages = new Pages(PAGES, CAPACITY);
  private int next;

  /** Made by JMH. */
  public DecodePreparedBenchmark() {}

  /** Lets a server of the peer's write the envelopes, and sees that all read the same from them. */
  @Setup
  public void writePages() {
    FrameCodec<ByteBuffer> server =
        new FrameCodec<>(
            new ByteBufferPrimitives(), Compressor.none(), new ProtocolV5ServerCodecs());
    RawType[] types = MixedValues.rawTypes();
    for (int page = 0; page < PAGES; page++) {
      String table = "ticks_" + page * page;
      byte[] id = new byte[ID_LENGTH];
      Arrays.fill(id, (byte) page);
      var message =
          new com.datastax.oss.protocol.internal.response.result.Prepared(
              id,
              id,
              new RowsMetadata(Peer.specs(table, types), null, new int[] {0}, null),
              new RowsMetadata(
                  Peer.specs(table, Arrays.copyOf(types, RESULT_COLUMNS)), null, null, null));
      pages.write(
          page,
          server
              .encode(Frame.forResponse(Peer.VERSION, page, null, Map.of(), List.of(), message))
              .flip());
      next = page;
      long theirs = sum(peer());
      next = page;
      long ours = sum(peregrine());
      next = page;
      long floor = floor();
      Pages.checkEqual(theirs, ours, floor);
      next = page;
      Pages.checkEqual(theirs, sum(floorOfObjects()), floor);
    }
  }

  /**
   * native-protocol's message.
   *
   * @return the message, a {@code Prepared}
   */
  @Benchmark
  public Object peer() {
    int page = next++ & PAGES - 1;
    return peer.decode(pages.memory(page), pages.length(page)).message;
  }

  /**
   * native-protocol's message, and the Java driver's definitions made of it: what {@link
   * #peregrine} has as well, an index of the names included.
   *
   * @return the definitions of the variables and of the result's columns
   */
  @Benchmark
  public Object peerWithDefinitions() {
    var message = (com.datastax.oss.protocol.internal.response.result.Prepared) peer();
    return List.of(
        Peer.definitions(message.variablesMetadata.columnSpecs),
        Peer.definitions(message.resultMetadata.columnSpecs));
  }

  /**
   * The decoder that the driver prepares with.
   *
   * @return the statement
   */
  @Benchmark
  public Prepared peregrine() {
    return PreparedDecoder.decode(
        ProtocolVersion.V5, pages.result(next++ & PAGES - 1, ResultKind.PREPARED));
  }

  /**
   * Steps over everything, makes nothing.
   *
   * @return a sum over lengths and types
   */
  @Benchmark
  public long floor() {
    UnsafeBuffer page = pages.buffer(next++ & PAGES - 1);
    int variables = page.getInt(COUNT_OFFSET, BIG_ENDIAN);
    int keys = page.getInt(COUNT_OFFSET + 4, BIG_ENDIAN);
    long sum = page.getByte(9 + 4 + 2) + page.getShort(COUNT_OFFSET + 8, BIG_ENDIAN);
    int at = COUNT_OFFSET + 8 + 2 * keys;
    for (int part = 0; part < 2; part++) {
      int columns = part == 0 ? variables : page.getInt(at + 4, BIG_ENDIAN);
      at += part == 0 ? 0 : 8;
      int keyspaceLength = page.getShort(at, BIG_ENDIAN);
      at += 2 + keyspaceLength;
      int tableLength = page.getShort(at, BIG_ENDIAN);
      at += 2 + tableLength;
      sum += keyspaceLength + tableLength;
      for (int i = 0; i < columns; i++) {
        int nameLength = page.getShort(at, BIG_ENDIAN);
        sum += nameLength + page.getShort(at + 2 + nameLength, BIG_ENDIAN);
        at += 4 + nameLength;
      }
    }
    return sum;
  }

  /**
   * Copies what a statement must keep, without checks: ids, names, types.
   *
   * @return a statement's parts
   */
  @Benchmark
  public Parts floorOfObjects() {
    UnsafeBuffer page = pages.buffer(next++ & PAGES - 1);
    byte[] id = new byte[ID_LENGTH];
    page.getBytes(9 + 4 + 2, id);
    byte[] metadataId = new byte[ID_LENGTH];
    page.getBytes(9 + 4 + 2 + ID_LENGTH + 2, metadataId);
    int variables = page.getInt(COUNT_OFFSET, BIG_ENDIAN);
    int[] keys = new int[page.getInt(COUNT_OFFSET + 4, BIG_ENDIAN)];
    int at = COUNT_OFFSET + 8;
    for (int i = 0; i < keys.length; i++) {
      keys[i] = page.getShort(at, BIG_ENDIAN);
      at += 2;
    }
    Columns bound = new Columns(page, at, variables);
    at = bound.end;
    return new Parts(
        id, metadataId, keys, bound, new Columns(page, at + 8, page.getInt(at + 4, BIG_ENDIAN)));
  }

  private static long sum(Object statement) {
    if (statement instanceof Prepared ours) {
      return ours.id()[0]
          + ours.partitionKeyIndexes()[0]
          + sum(ours.variables())
          + sum(ours.resultColumns());
    }
    if (statement instanceof Parts parts) {
      return parts.id[0] + parts.keys[0] + parts.variables.sum() + parts.columns.sum();
    }
    var theirs = (com.datastax.oss.protocol.internal.response.result.Prepared) statement;
    return theirs.preparedQueryId[0]
        + theirs.variablesMetadata.pkIndices[0]
        + sum(theirs.variablesMetadata.columnSpecs)
        + sum(theirs.resultMetadata.columnSpecs);
  }

  private static long sum(ColumnDefinitions columns) {
    long sum = columns.keyspace(0).length() + columns.table(0).length();
    for (int i = 0; i < columns.size(); i++) {
      sum += columns.name(i).length() + columns.type(i).id();
    }
    return sum;
  }

  private static long sum(List<ColumnSpec> specs) {
    long sum = specs.get(0).ksName.length() + specs.get(0).tableName.length();
    for (ColumnSpec spec : specs) {
      sum += spec.name.length() + spec.type.id;
    }
    return sum;
  }

  /**
   * What a statement must keep.
   *
   * @param id its id
   * @param metadataId the id of its result's columns
   * @param keys which variables are the key
   * @param variables the variables
   * @param columns the result's columns
   */
  record Parts(byte[] id, byte[] metadataId, int[] keys, Columns variables, Columns columns) {}

  /** Names and type ids of some columns of one table. */
  static final class Columns {
    final int end;
    private final String keyspace;
    private final String table;
    private final String[] names;
    private final int[] types;

    Columns(UnsafeBuffer page, int offset, int count) {
      keyspace = string(page, offset);
      int at = offset + 2 + keyspace.length();
      table = string(page, at);
      at += 2 + table.length();
      names = new String[count];
      types = new int[count];
      for (int i = 0; i < count; i++) {
        String name = string(page, at);
        names[i] = name;
        types[i] = page.getShort(at + 2 + name.length(), BIG_ENDIAN);
        at += 4 + name.length();
      }
      end = at;
    }

    private static String string(UnsafeBuffer page, int at) {
      byte[] bytes = new byte[page.getShort(at, BIG_ENDIAN)];
      page.getBytes(at + 2, bytes);
      return new String(bytes, StandardCharsets.US_ASCII);
    }

    long sum() {
      long sum = keyspace.length() + table.length();
      for (int i = 0; i < names.length; i++) {
        sum += names[i].length() + types[i];
      }
      return sum;
    }
  }
}
