package io.peregrine.type;

import io.peregrine.Row;
import io.peregrine.codec.DataType;
import io.peregrine.codec.row.ColumnDefinitions;
import io.peregrine.codec.row.ValueGetters;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows as records. Immutable; any thread may use it.
 *
 * <p>What the columns mean is found once, and remembered for all results with the same columns.
 *
 * @param shape what the record looks like
 * @param <R> the record
 */
record RecordMapper<R>(RecordShape<R> shape) implements RowMapper<R> {
  private static final MethodHandle CELL;

  static {
    try {
      CELL =
          MethodHandles.lookup()
              .findVirtual(Row.class, "cell", MethodType.methodType(ValueGetters.class, int.class));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private record Key(RecordShape<?> shape, ColumnDefinitions columns) {}

  private record Bound<R>(MethodHandle handle) implements RowMapper<R> {
    @Override
    @SuppressWarnings("unchecked")
    public R map(Row row) {
      try {
        return (R) handle.invokeExact((Object) row);
      } catch (Throwable t) {
        throw RecordShape.thrown(t);
      }
    }
  }

  @Override
  public R map(Row row) {
    return bind(row.columnDefinitions(), row.codecs()).map(row);
  }

  @Override
  @SuppressWarnings("unchecked")
  public RowMapper<R> bind(ColumnDefinitions columns, TypeCodecs codecs) {
    return (RowMapper<R>)
        codecs.remembered(new Key(shape, columns), () -> new Bound<R>(handle(columns, codecs)));
  }

  private MethodHandle handle(ColumnDefinitions columns, TypeCodecs codecs) {
    List<String> names = new ArrayList<>(columns.size());
    List<DataType> types = new ArrayList<>(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      names.add(columns.name(i));
      types.add(columns.type(i));
    }
    return shape.from("column", names, types, codecs, CELL);
  }
}
