package io.peregrine;

import io.peregrine.codec.row.ValueWriter;
import java.util.Arrays;
import org.agrona.ExpandableArrayBuffer;

/**
 * The values of a statement, encoded, back to back, each to be replaced at any time. Confined to
 * the thread that owns the statement.
 *
 * <p>They stand on the heap: they are copied into the ring anyway, and off-heap memory would have
 * to be given back by hand.
 */
final class EncodedValues {
  private static final int LENGTH = 4;
  private static final int UNSET = -2;

  private final ExpandableArrayBuffer buffer;
  private final ValueWriter writer = new ValueWriter();
  private final int[] starts;
  private ExpandableArrayBuffer scratch;

  EncodedValues(int count) {
    buffer = new ExpandableArrayBuffer(Math.max(32, 12 * count));
    scratch = buffer;
    starts = new int[count + 1];
    clear();
  }

  private EncodedValues(EncodedValues other) {
    buffer = new ExpandableArrayBuffer(Math.max(1, other.length()));
    scratch = buffer;
    buffer.putBytes(0, other.buffer, 0, other.length());
    starts = other.starts.clone();
  }

  EncodedValues copy() {
    return new EncodedValues(this);
  }

  /** All values unset. */
  void clear() {
    writer.wrap(buffer, 0);
    for (int i = 0; i < starts.length - 1; i++) {
      starts[i] = i * LENGTH;
      writer.putUnset();
    }
    starts[starts.length - 1] = (starts.length - 1) * LENGTH;
  }

  int count() {
    return starts.length - 1;
  }

  int length() {
    return starts[starts.length - 1];
  }

  ExpandableArrayBuffer buffer() {
    return buffer;
  }

  /** Whether a value is null or unset. */
  boolean isAbsent(int i) {
    return buffer.getInt(starts[i], java.nio.ByteOrder.BIG_ENDIAN) < 0;
  }

  boolean isUnset(int i) {
    return buffer.getInt(starts[i], java.nio.ByteOrder.BIG_ENDIAN) == UNSET;
  }

  /** Where the bytes of a value begin that is neither null nor unset. */
  int start(int i) {
    return starts[i] + LENGTH;
  }

  /** How many bytes a value has that is neither null nor unset. */
  int length(int i) {
    return starts[i + 1] - starts[i] - LENGTH;
  }

  /** The first value that is unset, or -1 if there is none. */
  int firstUnset() {
    for (int i = 0; i < starts.length - 1; i++) {
      if (isUnset(i)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Puts a partition key together.
   *
   * @param indexes its values, which are neither null nor unset
   * @return false if there are none, or one is too long for a key
   */
  boolean findKey(int[] indexes, RoutingKey key) {
    if (indexes.length <= 1) {
      if (indexes.length == 1) {
        key.wrap(buffer, start(indexes[0]), length(indexes[0]));
      }
      return indexes.length == 1;
    }
    key.begin();
    for (int index : indexes) {
      if (!key.add(buffer, start(index), length(index))) {
        return false;
      }
    }
    return true;
  }

  /**
   * A writer at the place of a value whose encoding has a known length, its own four bytes
   * included.
   */
  ValueWriter place(int i, int length) {
    int[] starts = this.starts;
    int change = length - (starts[i + 1] - starts[i]);
    if (change != 0) {
      resize(i, change);
    }
    return writer.wrap(buffer, starts[i]);
  }

  /** A writer for a value of any length; {@link #end} puts it in its place. */
  ValueWriter begin() {
    if (scratch == buffer) {
      scratch = new ExpandableArrayBuffer(64);
    }
    return writer.wrap(scratch, 0);
  }

  void end(int i) {
    int length = writer.position();
    place(i, length);
    buffer.putBytes(starts[i], scratch, 0, length);
  }

  private void resize(int i, int change) {
    int[] starts = this.starts;
    int end = starts[i + 1];
    int all = starts[starts.length - 1];
    buffer.checkLimit(all + Math.max(0, change));
    byte[] bytes = buffer.byteArray();
    System.arraycopy(bytes, end, bytes, end + change, all - end);
    for (int k = i + 1; k < starts.length; k++) {
      starts[k] += change;
    }
  }

  byte[] toBytes() {
    return Arrays.copyOf(buffer.byteArray(), length());
  }
}
