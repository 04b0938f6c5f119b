package io.peregrine.codec.row;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import java.util.Arrays;

/**
 * What the fast getters want to know of a column, in one int: which of them may read it, and how
 * long its cells mostly are. Stateless; any thread may use it.
 *
 * <p>The length is a guess: it lets the processor go on to the next cell before this one's length
 * has come from memory. A wrong guess costs time, and nothing else.
 */
final class CellShape {
  static final int BOOLEAN = 1;
  static final int BYTE = 1 << 1;
  static final int SHORT = 1 << 2;
  static final int INT = 1 << 3;
  static final int LONG = 1 << 4;
  static final int FLOAT = 1 << 5;
  static final int DOUBLE = 1 << 6;
  static final int UUID = 1 << 7;
  static final int TEXT = 1 << 8;

  /** Stands behind the last column's shape, as no shape does. */
  static final int END = 0;

  private static final int LENGTH_SHIFT = 16;
  private static final int ANY_GETTER = 0x1FF;
  private static final int NO_GUESS = 0x7FFF << LENGTH_SHIFT;

  /** Of a column whose type is not known: any getter may read it. */
  static final int UNKNOWN = NO_GUESS | ANY_GETTER;

  private CellShape() {}

  static int of(DataType type) {
    if (!(type instanceof Primitive primitive)) {
      return NO_GUESS;
    }
    return switch (primitive) {
      case BOOLEAN -> shape(BOOLEAN, 1);
      case TINYINT -> shape(BYTE, 1);
      case SMALLINT -> shape(SHORT, 2);
      case INT, DATE -> shape(INT, 4);
      case BIGINT, COUNTER, TIMESTAMP, TIME -> shape(LONG, 8);
      case FLOAT -> shape(FLOAT, 4);
      case DOUBLE -> shape(DOUBLE, 8);
      case UUID, TIMEUUID -> shape(UUID, 16);
      case VARCHAR, ASCII -> NO_GUESS | TEXT;
      default -> NO_GUESS;
    };
  }

  /** That many unknown shapes, and the end. */
  static int[] unknown(int columnCount) {
    int[] shapes = new int[columnCount + 1];
    Arrays.fill(shapes, 0, columnCount, UNKNOWN);
    return shapes;
  }

  /** How long a cell of this shape mostly is; 0 or more. */
  static int likelyLength(int shape) {
    return shape >>> LENGTH_SHIFT;
  }

  private static int shape(int getter, int length) {
    return length << LENGTH_SHIFT | getter;
  }
}
