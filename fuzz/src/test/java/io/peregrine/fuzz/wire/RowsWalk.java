package io.peregrine.fuzz.wire;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.DataType;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.row.ColumnDefinitions;
import io.peregrine.codec.row.ListReader;
import io.peregrine.codec.row.MapReader;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.codec.row.TupleReader;
import io.peregrine.codec.row.ValueReader;
import io.peregrine.codec.row.VectorReader;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** Reads whatever claims to be ROWS, each cell with every getter. Stateless. */
final class RowsWalk {
  private static final UnsafeBuffer VIEW = new UnsafeBuffer(0, 0);

  private RowsWalk() {}

  static String walk(
      ProtocolVersion version, BodyReader body, @Nullable ColumnDefinitions known, Meter meter) {
    int from = body.position();
    int length = body.remaining();
    RowCursor rows = new RowCursor();
    rows.wrap(version, body.buffer(), from, length, known);
    int columns = rows.columnCount();
    long cells = (long) rows.rowCount() * columns;
    Law.atMost("cells, of 4 bytes at least", length / 4, cells);
    Law.holds("rows without columns take no bytes", columns > 0 || rows.rowCount() == 0);
    rows.pagingState();
    rows.newResultMetadataId();

    ColumnDefinitions definitions = known;
    if (rows.carriesMetadata()) {
      definitions = rows.columnDefinitions();
      Law.equal("definitions", columns, definitions.size());
      Law.atMost("columns, of 4 bytes at least", length / 4, columns);
      names(definitions);
    }
    ReaderWalk walk = new ReaderWalk(meter);
    walk.within(from, from + length);
    int seen = 0;
    boolean whole = true;
    while (whole && seen <= rows.rowCount()) {
      try {
        whole = rows.next();
      } catch (DriverException e) {
        meter.refused();
        break;
      }
      if (whole) {
        row(rows, columns, definitions, walk, meter, seen == 0);
        seen++;
      }
    }
    Law.atMost("rows", rows.rowCount(), seen);
    return version + " ROWS " + (seen == 0 ? "none" : definitions == null ? "bare" : "typed");
  }

  private static void names(ColumnDefinitions definitions) {
    for (int i = 0; i < definitions.size(); i++) {
      String name = definitions.name(i);
      int exact = definitions.indexOf('"' + name.replace("\"", "\"\"") + '"');
      Law.equal("column of exactly that name", name, definitions.name(exact));
      Law.holds("the first of exactly that name", exact <= i);
      if (!name.startsWith("\"")) {
        int any = definitions.indexOf(name);
        Law.holds("the name in any case", name.equalsIgnoreCase(definitions.name(any)));
        Law.holds("the first in any case", any <= exact);
      }
    }
  }

  private static void row(
      RowCursor rows,
      int columns,
      @Nullable ColumnDefinitions definitions,
      ReaderWalk walk,
      Meter meter,
      boolean first) {
    ValueReader cell = new ValueReader();
    for (int i = 0; i < columns; i++) {
      int at = rows.valueOffset(i);
      int bytes = rows.valueLength(i);
      walk.place(rows.isNull(i), at, bytes);
      DataType type = definitions == null ? null : definitions.type(i);
      walk.walk(cell.wrap(rows.buffer(), at, bytes, type), type);
      if (definitions != null && !walk.isTired()) {
        object(rows, i, meter);
      }
      if (first && i < 8) {
        everyGetter(rows, i, definitions == null ? null : definitions.name(i), meter);
      }
    }
    outside(rows, -1);
    outside(rows, columns);
  }

  private static void object(RowCursor rows, int column, Meter meter) {
    try {
      rows.getObject(column);
    } catch (DriverException e) {
      meter.refused();
    }
  }

  private static void outside(RowCursor rows, int column) {
    try {
      rows.isNull(column);
    } catch (IndexOutOfBoundsException e) {
      return;
    }
    throw new AssertionError("column " + column + " is none, but isNull answers");
  }

  /** Those that do not fit the type refuse. */
  private static void everyGetter(RowCursor rows, int i, @Nullable String name, Meter meter) {
    StringBuilder text = new StringBuilder();
    List<Runnable> getters =
        List.of(
            () -> rows.getBoolean(i),
            () -> rows.getByte(i),
            () -> rows.getShort(i),
            () -> rows.getInt(i),
            () -> rows.getLong(i),
            () -> rows.getFloat(i),
            () -> rows.getDouble(i),
            () -> rows.getUuidMostSignificantBits(i),
            () -> rows.getUuidLeastSignificantBits(i),
            () -> rows.getString(i),
            () -> rows.appendTo(i, text),
            () -> rows.getBytes(i, VIEW),
            () -> rows.getList(i, new ListReader()),
            () -> rows.getMap(i, new MapReader()),
            () -> rows.getTuple(i, new TupleReader()));
    getters.forEach(getter -> attempt(getter, meter));
    if (name != null) {
      attempt(() -> rows.getVector(i, new VectorReader()), meter);
      attempt(() -> rows.isNull(name), meter);
      attempt(() -> rows.getObject(name), meter);
    }
  }

  private static void attempt(Runnable getter, Meter meter) {
    try {
      getter.run();
    } catch (DriverException e) {
      meter.refused();
    }
  }
}
