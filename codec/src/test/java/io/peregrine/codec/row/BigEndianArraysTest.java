package io.peregrine.codec.row;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * Arrays arrive in a buffer and in memory as single numbers do, and nothing beside them changes.
 */
class BigEndianArraysTest {
  private static final int MOST = 37;
  private static final int CAPACITY = 8 + MOST * Long.BYTES + 8;

  private final SplittableRandom random = new SplittableRandom(11);

  private static MutableDirectBuffer[] buffers() {
    return new MutableDirectBuffer[] {
      new UnsafeBuffer(new byte[CAPACITY]),
      new UnsafeBuffer(new byte[CAPACITY + 5], 5, CAPACITY),
      new UnsafeBuffer(ByteBuffer.allocateDirect(CAPACITY)),
      new ExpandableArrayBuffer(CAPACITY)
    };
  }

  @Test
  void everyLengthAtEveryAlignmentIsReadAsSingleNumbersAre() {
    for (MutableDirectBuffer buffer : buffers()) {
      for (int i = 0; i < CAPACITY; i++) {
        buffer.putByte(i, (byte) random.nextInt());
      }
      for (int count = 0; count <= MOST; count++) {
        int at = count & 7;
        int[] ints = new int[count + 1];
        float[] floats = new float[count + 1];
        long[] longs = new long[count + 1];
        double[] doubles = new double[count + 1];
        BigEndianArrays.get(buffer, at, ints, count);
        BigEndianArrays.get(buffer, at, floats, count);
        BigEndianArrays.get(buffer, at, longs, count);
        BigEndianArrays.get(buffer, at, doubles, count);
        for (int i = 0; i < count; i++) {
          int expected = buffer.getInt(at + i * Integer.BYTES, BIG_ENDIAN);
          long expectedLong = buffer.getLong(at + i * Long.BYTES, BIG_ENDIAN);
          assertThat(ints[i]).isEqualTo(expected);
          assertThat(Float.floatToRawIntBits(floats[i])).isEqualTo(expected);
          assertThat(longs[i]).isEqualTo(expectedLong);
          assertThat(Double.doubleToRawLongBits(doubles[i])).isEqualTo(expectedLong);
        }
        assertThat(ints[count]).isZero();
        assertThat(floats[count]).isZero();
        assertThat(longs[count]).isZero();
        assertThat(doubles[count]).isZero();
      }
    }
  }

  @Test
  void whatIsWrittenIsReadAndNothingBesideItChanges() {
    for (MutableDirectBuffer buffer : buffers()) {
      for (int count = 0; count <= MOST; count++) {
        int at = 1 + (count & 7);
        int[] ints = random.ints(count).toArray();
        long[] longs = random.longs(count).toArray();
        double[] doubles = random.doubles(count).toArray();
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
          floats[i] = (float) random.nextDouble();
        }

        int end = at + count * Integer.BYTES;
        fill(buffer);
        BigEndianArrays.put(buffer, at, ints);
        int[] readInts = new int[count];
        BigEndianArrays.get(buffer, at, readInts, count);
        assertThat(readInts).isEqualTo(ints);
        assertOnlyChanged(buffer, at, end);

        fill(buffer);
        BigEndianArrays.put(buffer, at, floats);
        float[] readFloats = new float[count];
        BigEndianArrays.get(buffer, at, readFloats, count);
        assertThat(readFloats).isEqualTo(floats);
        assertOnlyChanged(buffer, at, end);

        end = at + count * Long.BYTES;
        fill(buffer);
        BigEndianArrays.put(buffer, at, longs);
        long[] readLongs = new long[count];
        BigEndianArrays.get(buffer, at, readLongs, count);
        assertThat(readLongs).isEqualTo(longs);
        assertOnlyChanged(buffer, at, end);

        fill(buffer);
        BigEndianArrays.put(buffer, at, doubles);
        double[] readDoubles = new double[count];
        BigEndianArrays.get(buffer, at, readDoubles, count);
        assertThat(readDoubles).isEqualTo(doubles);
        assertOnlyChanged(buffer, at, end);
      }
    }
  }

  @Test
  void whatDoesNotFitTheBufferOrTheArrayIsRefused() {
    UnsafeBuffer buffer = new UnsafeBuffer(new byte[64], 0, 40);
    for (int count : new int[] {-1, 11, 1 << 29, 1 << 30, Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> BigEndianArrays.get(buffer, 0, new float[10], count))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> BigEndianArrays.get(buffer, 0, new int[10], count))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> BigEndianArrays.get(buffer, 0, new long[5], count))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> BigEndianArrays.get(buffer, 0, new double[5], count))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThatThrownBy(() -> BigEndianArrays.get(buffer, 4, new float[10], 10))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> BigEndianArrays.get(buffer, -4, new float[10], 10))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> BigEndianArrays.put(buffer, 4, new float[10]))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> BigEndianArrays.put(buffer, -4, new int[10]))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static void fill(MutableDirectBuffer buffer) {
    buffer.setMemory(0, CAPACITY, (byte) 0x5A);
  }

  private static void assertOnlyChanged(MutableDirectBuffer buffer, int from, int to) {
    for (int i = 0; i < CAPACITY; i++) {
      if (i < from || i >= to) {
        assertThat(buffer.getByte(i)).isEqualTo((byte) 0x5A);
      }
    }
  }
}
