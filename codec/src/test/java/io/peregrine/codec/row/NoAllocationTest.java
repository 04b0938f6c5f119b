package io.peregrine.codec.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.ProtocolVersion;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.util.List;
import java.util.function.LongSupplier;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What must not allocate once it is warm does not. */
class NoAllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int ROUNDS = 20_000;

  private static final List<String> NAMES = List.of("a", "b", "c", "d", "e", "f", "g");
  private static final List<DataType> TYPES =
      List.of(
          Primitive.BIGINT,
          Primitive.INT,
          Primitive.DOUBLE,
          Primitive.VARCHAR,
          Primitive.UUID,
          new DataType.ListType(Primitive.INT),
          new DataType.VectorType(Primitive.FLOAT, 2));
  private static final ColumnDefinitions KNOWN = ColumnDefinitions.of("ks", "t", NAMES, TYPES);

  private final RowCursor cursor = new RowCursor();
  private final ListReader list = new ListReader();
  private final VectorReader vector = new VectorReader();
  private final StringBuilder text = new StringBuilder(64);
  private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
  private @Nullable String kept;
  private final float[] floats = new float[2];

  @Test
  void meterSeesWhatIsAllocated() {
    UnsafeBuffer bytes = rows(new Body().ints(RowCursor.NO_METADATA, 7)).buffer();
    cursor.wrap(ProtocolVersion.V5, bytes, 0, bytes.capacity(), KNOWN);
    cursor.next();
    LongSupplier allocating =
        () -> {
          kept = cursor.getString(3);
          return 1;
        };
    assertThatThrownBy(() -> assertAllocatesNothing(allocating)).isInstanceOf(AssertionError.class);
    assertThat(kept).isNotNull();
  }

  @Test
  void readingRowsWithKnownColumnsAllocatesNothing() {
    Body body = rows(new Body().ints(RowCursor.NO_METADATA, 7));
    UnsafeBuffer bytes = body.buffer();
    assertAllocatesNothing(() -> read(bytes, KNOWN));
  }

  @Test
  void readingRowsThatCarryMetadataAllocatesNothing() {
    Body described = new Body().ints(RowCursor.GLOBAL_TABLE, 7).string("ks").string("t");
    for (int i = 0; i < 6; i++) {
      described.string(NAMES.get(i)).type(TYPES.get(i));
    }
    String floatVector = "org.apache.cassandra.db.marshal.VectorType(FloatType , 2)";
    described.string("g").type(new DataType.CustomType(floatVector));
    UnsafeBuffer bytes = rows(described).buffer();
    cursor.wrap(ProtocolVersion.V5, bytes, 0, bytes.capacity(), null);
    assertThat(cursor.columnDefinitions()).isEqualTo(KNOWN);
    assertAllocatesNothing(() -> read(bytes, null));
  }

  @Test
  void findingColumnsAllocatesNothing() {
    assertAllocatesNothing(
        () ->
            KNOWN.indexOf("c") + KNOWN.indexOf("G") + KNOWN.indexOf("\"f\"") + KNOWN.indexOf("x"));
  }

  @Test
  void writingPrimitivesAndTextAllocatesNothing() {
    ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(1024);
    ValueWriter writer = new ValueWriter();
    byte[] blob = {1, 2, 3};
    BigInteger big = BigInteger.TWO.pow(200).subtract(BigInteger.TEN);
    assertAllocatesNothing(
        () -> {
          writer.wrap(buffer, 0);
          writer.putLong(1);
          writer.putInt(2);
          writer.putShort((short) 3);
          writer.putByte((byte) 4);
          writer.putBoolean(true);
          writer.putFloat(5);
          writer.putDouble(6);
          writer.putNull();
          writer.putUnset();
          writer.putUuid(7, 8);
          writer.putBytes(blob);
          writer.putInet(FOUR);
          writer.putVarint(-9);
          writer.putVarint(big);
          writer.putDuration(1, 2, 3);
          writer.putText("plain, größer, ますて, \uD83D\uDE00");
          int token = writer.beginCollection(2);
          writer.putInt(1);
          writer.putInt(2);
          writer.endValue(token);
          token = writer.beginVector(false);
          writer.putText("a");
          writer.endValue(token);
          return writer.position();
        });
  }

  private static final byte[] FOUR = {127, 0, 0, 1};

  private static Body rows(Body body) {
    body.ints(3);
    for (int i = 0; i < 3; i++) {
      body.cells(Primitive.BIGINT, 100L + i).cells(Primitive.INT, i).cells(Primitive.DOUBLE, 1.5);
      body.cells(Primitive.VARCHAR, "größer \uD83D\uDE00")
          .cells(Primitive.UUID, new java.util.UUID(1, 2));
      body.cells(TYPES.get(5), List.of(1, 2, 3)).cells(TYPES.get(6), new float[] {1, 2});
    }
    return body;
  }

  private long read(UnsafeBuffer bytes, @Nullable ColumnDefinitions known) {
    RowCursor rows = cursor.wrap(ProtocolVersion.V5, bytes, 0, bytes.capacity(), known);
    long sum = 0;
    while (rows.next()) {
      sum += rows.getLong(0) + rows.getInt(1) + (long) rows.getDouble(2);
      sum += rows.isNull(3) ? 1 : 0;
      text.setLength(0);
      sum += rows.appendTo(3, text);
      sum += rows.getUuidMostSignificantBits(4) + rows.getUuidLeastSignificantBits(4);
      rows.getBytes(3, view);
      sum += view.capacity();
      rows.getList(5, list);
      while (list.next()) {
        sum += list.getInt();
      }
      if (known != null) {
        sum += rows.getLong("a");
        rows.getVector(6, vector);
        sum += vector.getFloats(floats);
        while (vector.next()) {
          sum += (long) vector.getFloat();
        }
      }
    }
    return sum;
  }

  static void assertAllocatesNothing(LongSupplier work) {
    long expected = work.getAsLong();
    long wrong = 0;
    for (int i = 0; i < ROUNDS; i++) {
      wrong += work.getAsLong() == expected ? 0 : 1;
    }
    // The measuring itself, or a compiler that comes late on a busy machine, may allocate a little
    // now and then; what the rounds allocate would show every time.
    long least = Long.MAX_VALUE;
    for (int attempt = 0; attempt < 30 && least != 0; attempt++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < ROUNDS; i++) {
        wrong += work.getAsLong() == expected ? 0 : 1;
      }
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(wrong).isZero();
    assertThat(least).isZero();
  }
}
