package io.peregrine.codec.row;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.DataType;
import io.peregrine.codec.MalformedMessageException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names and types of the columns of a result, or of the variables of a prepared statement.
 * Immutable; any thread may use it.
 *
 * <p>See the v5 specification, sections 4.2.5.2 and 4.2.5.4.
 */
public final class ColumnDefinitions {
  /** No columns at all. */
  public static final ColumnDefinitions EMPTY = new ColumnDefinitions(new Column[0]);

  /**
   * The most columns that are taken from a server. No request can have more values, no table comes
   * near it, and each takes many times its bytes.
   */
  public static final int MOST = 0xFFFF;

  private final Column[] columns;
  private final int[] shapes;

  /**
   * Made when the first name is looked up, as many definitions are never asked for one. Two threads
   * may make one each; they are equal, and all that is in them is final, so that no thread sees an
   * unfinished one.
   */
  private @Nullable NameIndex index;

  /**
   * One column.
   *
   * @param keyspace the keyspace it comes from
   * @param table the table it comes from
   * @param name its name, or its alias, as the server has it (unquoted)
   * @param type its type
   */
  public record Column(String keyspace, String table, String name, DataType type) {}

  private ColumnDefinitions(Column[] columns) {
    this.columns = columns;
    shapes = new int[columns.length + 1];
    for (int i = 0; i < columns.length; i++) {
      shapes[i] = CellShape.of(columns[i].type());
    }
  }

  /**
   * Definitions of given columns.
   *
   * @param columns the columns, in order
   * @return the definitions
   */
  public static ColumnDefinitions of(Column... columns) {
    return columns.length == 0 ? EMPTY : new ColumnDefinitions(columns.clone());
  }

  /**
   * Definitions of columns of one table.
   *
   * @param keyspace the keyspace of all of them
   * @param table the table of all of them
   * @param names their names, in order
   * @param types their types, in the same order
   * @return the definitions
   * @throws IllegalArgumentException if the lists differ in size
   */
  public static ColumnDefinitions of(
      String keyspace, String table, List<String> names, List<? extends DataType> types) {
    if (names.size() != types.size()) {
      throw new IllegalArgumentException(names.size() + " names but " + types.size() + " types");
    }
    Column[] columns = new Column[names.size()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = new Column(keyspace, table, names.get(i), types.get(i));
    }
    return of(columns);
  }

  /**
   * Decodes the part of a result's metadata that describes its columns.
   *
   * @param reader stands on it, and behind it afterwards
   * @param columnCount how many columns are said to follow, 0 or more
   * @param globalTable whether one keyspace and table stands in front for all of them
   * @return the definitions
   * @throws MalformedMessageException if the bytes cannot hold that
   */
  public static ColumnDefinitions decode(BodyReader reader, int columnCount, boolean globalTable) {
    return decode(reader, columnCount, globalTable, EMPTY);
  }

  /**
   * Decodes as above; shares the names of keyspace and table with a neighbour that has the same.
   */
  static ColumnDefinitions decode(
      BodyReader reader, int columnCount, boolean globalTable, ColumnDefinitions neighbour) {
    checkCount(reader, columnCount, globalTable);
    boolean alone = neighbour.columns.length == 0;
    String keyspace = alone ? "" : neighbour.keyspace(0);
    String table = alone ? "" : neighbour.table(0);
    if (globalTable) {
      keyspace = reader.readString(keyspace, "keyspace");
      table = reader.readString(table, "table");
      checkCount(reader, columnCount, true);
    }
    if (columnCount == 0) {
      return EMPTY;
    }
    Column[] columns = new Column[columnCount];
    for (int i = 0; i < columnCount; i++) {
      if (!globalTable) {
        keyspace = reader.readString(keyspace, "keyspace");
        table = reader.readString(table, "table");
      }
      String name = reader.readString("column name");
      columns[i] = new Column(keyspace, table, name, DataTypeDecoder.decode(reader));
    }
    return new ColumnDefinitions(columns);
  }

  /** Steps over what {@link #decode} reads. */
  static void skip(BodyReader reader, int columnCount, boolean globalTable) {
    checkCount(reader, columnCount, globalTable);
    if (globalTable) {
      reader.skipShortBytes("keyspace");
      reader.skipShortBytes("table");
    }
    for (int i = 0; i < columnCount; i++) {
      if (!globalTable) {
        reader.skipShortBytes("keyspace");
        reader.skipShortBytes("table");
      }
      reader.skipShortBytes("column name");
      DataTypeDecoder.skip(reader);
    }
  }

  private static void checkCount(BodyReader reader, int columnCount, boolean globalTable) {
    int bytesPerColumn = globalTable ? 4 : 8;
    if (columnCount < 0 || (long) columnCount * bytesPerColumn > reader.remaining()) {
      throw new MalformedMessageException(
          "columns_count",
          reader.offset(),
          columnCount + " columns cannot fit the " + reader.remaining() + " bytes left");
    }
    if (columnCount > MOST) {
      throw new MalformedMessageException(
          "columns_count",
          reader.offset(),
          columnCount + " columns; at most " + MOST + " are accepted");
    }
  }

  /**
   * How many columns there are.
   *
   * @return 0 or more
   */
  public int size() {
    return columns.length;
  }

  /**
   * The keyspace that a column comes from.
   *
   * @param i the column, 0 to {@link #size} - 1
   * @return the name
   */
  public String keyspace(int i) {
    return columns[i].keyspace();
  }

  /**
   * The table that a column comes from.
   *
   * @param i the column, 0 to {@link #size} - 1
   * @return the name
   */
  public String table(int i) {
    return columns[i].table();
  }

  /**
   * A column's name.
   *
   * @param i the column, 0 to {@link #size} - 1
   * @return the name, unquoted
   */
  public String name(int i) {
    return columns[i].name();
  }

  /**
   * A column's type.
   *
   * @param i the column, 0 to {@link #size} - 1
   * @return the type
   */
  public DataType type(int i) {
    return columns[i].type();
  }

  /**
   * The columns' names, in order.
   *
   * @return the names, unquoted; cannot be changed
   */
  public List<String> names() {
    return Arrays.stream(columns).map(Column::name).toList();
  }

  /**
   * The columns' types, in order.
   *
   * @return the types; cannot be changed
   */
  public List<DataType> types() {
    return Arrays.stream(columns).map(Column::type).toList();
  }

  /** Each column's {@link CellShape}, and the end. The array is this object's own. */
  int[] shapes() {
    return shapes;
  }

  /**
   * Finds a column by its name. Nothing is allocated, unless it is the first search or the name has
   * quotes within quotes.
   *
   * @param name the name without regard to case, or in double quotes the exact name
   * @return the first column of that name, or -1 if there is none
   */
  public int indexOf(String name) {
    NameIndex index = this.index;
    return (index == null ? makeIndex() : index).indexOf(name);
  }

  private NameIndex makeIndex() {
    String[] names = new String[columns.length];
    for (int i = 0; i < names.length; i++) {
      names[i] = columns[i].name();
    }
    NameIndex index = new NameIndex(names);
    this.index = index;
    return index;
  }

  /**
   * Finds a column that must be there.
   *
   * @param name the name, as in {@link #indexOf}
   * @return the first column of that name
   * @throws UnknownColumnException if there is none; the message lists the columns
   */
  public int requiredIndexOf(String name) {
    int i = indexOf(name);
    if (i < 0) {
      throw new UnknownColumnException(
          "there is no column '" + name + "'; the columns are " + names());
    }
    return i;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ColumnDefinitions that && Arrays.equals(columns, that.columns);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(columns);
  }

  @Override
  public String toString() {
    return Arrays.stream(columns)
        .map(column -> column.name() + " " + column.type())
        .toList()
        .toString();
  }
}
