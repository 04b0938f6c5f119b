package io.peregrine.fuzz.value;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Types that a CQL schema may have, nested at most {@link #MAX_DEPTH} deep. Not thread-safe.
 *
 * <p>Cassandra refuses a duration where values are sorted, and a counter inside anything.
 */
final class GeneratedTypes {
  static final int MAX_DEPTH = 3;

  private static final Primitive[] PRIMITIVES = Primitive.values();
  private static final List<String> NAMES = List.of("a", "b_1", "Größe", "with \"quotes\"");

  private final Random random;

  GeneratedTypes(Random random) {
    this.random = random;
  }

  DataType type(int depth) {
    return depth == 0 ? PRIMITIVES[random.nextInt(PRIMITIVES.length)] : composite(depth, false);
  }

  private DataType composite(int depth, boolean sorted) {
    switch (random.nextInt(6)) {
      case 0:
        return new DataType.ListType(inner(depth, sorted));
      case 1:
        return new DataType.SetType(inner(depth, true));
      case 2:
        return new DataType.MapType(inner(depth, true), inner(depth, sorted));
      case 3:
        return new DataType.TupleType(inners(depth, sorted));
      case 4:
        List<DataType> types = inners(depth, sorted);
        String name = "u" + random.nextInt(1_000_000);
        return new DataType.UserType("ks", name, NAMES.subList(0, types.size()), types);
      default:
        return new DataType.VectorType(inner(depth, sorted), 1 + random.nextInt(5));
    }
  }

  private DataType inner(int depth, boolean sorted) {
    if (depth > 1 && random.nextBoolean()) {
      return composite(depth - 1, sorted);
    }
    Primitive type;
    do {
      type = PRIMITIVES[random.nextInt(PRIMITIVES.length)];
    } while (type == Primitive.COUNTER || type == Primitive.DURATION && sorted);
    return type;
  }

  private List<DataType> inners(int depth, boolean sorted) {
    List<DataType> types = new ArrayList<>();
    for (int left = 1 + random.nextInt(NAMES.size()); left > 0; left--) {
      types.add(inner(depth, sorted));
    }
    return types;
  }
}
