package io.peregrine.conductor;

import io.peregrine.metadata.ColumnMask;
import io.peregrine.metadata.ColumnMetadata;
import io.peregrine.metadata.ColumnMetadata.Kind;
import io.peregrine.metadata.GraphLabel;
import io.peregrine.metadata.IndexMetadata;
import io.peregrine.metadata.TableAttachments;
import io.peregrine.metadata.TableMetadata;
import io.peregrine.metadata.TableMetadata.Trait;
import io.peregrine.metadata.TriggerMetadata;
import io.peregrine.metadata.ViewMetadata;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes tables and views of rows. Confined to the conductor's thread. */
final class RelationParser {
  private static final Set<String> NO_OPTIONS =
      Set.of(
          "keyspace_name",
          "table_name",
          "view_name",
          "id",
          "flags",
          "extensions",
          "base_table_id",
          "base_table_name",
          "include_all_columns",
          "where_clause");

  /** What read_repair replaced, which newer servers still fill in for older ones. */
  private static final Set<String> REPLACED =
      Set.of("read_repair_chance", "dclocal_read_repair_chance");

  private static final Comparator<SchemaRow> BY_POSITION =
      Comparator.comparing((SchemaRow row) -> kind(row))
          .thenComparingInt(row -> row.number("position"))
          .thenComparing(row -> row.text("column_name"));

  private final String keyspace;
  private final SchemaRows rows;
  private final TypeResolver types;
  private final Map<Object, Object> shared;

  /**
   * A parser of the tables of one keyspace.
   *
   * @param shared option values that equal ones are replaced with: most tables have the same
   */
  RelationParser(String keyspace, SchemaRows rows, TypeResolver types, Map<Object, Object> shared) {
    this.keyspace = keyspace;
    this.rows = rows;
    this.types = types;
    this.shared = shared;
  }

  TableMetadata table(SchemaRow row) {
    String name = row.text("table_name");
    Set<Trait> traits = traits(row);
    List<ColumnMetadata> columns = columns(rows.of(SchemaTable.COLUMNS, keyspace, name), name);
    List<ColumnMetadata> visible =
        traits.contains(Trait.COMPACT_STORAGE) ? visible(columns, row.texts("flags")) : columns;
    return new TableMetadata(keyspace, name, visible, options(row), traits, attachments(row));
  }

  TableMetadata virtualTable(SchemaRow row) {
    String name = row.text("table_name");
    return new TableMetadata(
        keyspace,
        name,
        columns(rows.of(SchemaTable.VIRTUAL_COLUMNS, keyspace, name), name),
        options(row),
        EnumSet.of(Trait.VIRTUAL),
        TableAttachments.NONE);
  }

  ViewMetadata view(SchemaRow row) {
    String name = row.text("view_name");
    return new ViewMetadata(
        keyspace,
        name,
        columns(rows.of(SchemaTable.COLUMNS, keyspace, name), name),
        options(row),
        new ViewMetadata.Query(
            row.text("base_table_name"),
            row.isTrue("include_all_columns", false),
            row.text("where_clause")));
  }

  private static Set<Trait> traits(SchemaRow row) {
    Set<Trait> traits = EnumSet.noneOf(Trait.class);
    List<String> flags = row.texts("flags");
    boolean isSuper = flags.contains("super");
    // Without any flag a table is compact too; but the server must have told that there is none.
    if (row.has("flags") && (isSuper || flags.contains("dense") || !flags.contains("compound"))) {
      traits.add(Trait.COMPACT_STORAGE);
    }
    if (isSuper) {
      traits.add(Trait.SUPER_COLUMNS);
    }
    if (flags.contains("counter")) {
      traits.add(Trait.COUNTERS);
    }
    return traits;
  }

  /** Compact tables have columns that only the storage engine sees. */
  private static List<ColumnMetadata> visible(List<ColumnMetadata> columns, List<String> flags) {
    List<ColumnMetadata> visible = new ArrayList<>();
    boolean isDense = flags.contains("dense");
    boolean isStatic = !isDense && !flags.contains("super") && !flags.contains("compound");
    for (ColumnMetadata column : columns) {
      if (isStatic && column.kind() == Kind.STATIC) {
        visible.add(new ColumnMetadata(column.name(), Kind.REGULAR, column.type()));
      } else if (column.kind() == Kind.PARTITION_KEY
          || !isStatic && !(isDense && isEmpty(column))) {
        visible.add(column);
      }
    }
    return visible;
  }

  private static boolean isEmpty(ColumnMetadata column) {
    String type = column.type().text();
    return column.kind() == Kind.REGULAR && (type.equals("empty") || type.contains("EmptyType"));
  }

  private List<ColumnMetadata> columns(List<SchemaRow> columnRows, String table) {
    Map<String, ColumnMask> masks = masks(table);
    List<ColumnMetadata> columns = new ArrayList<>();
    for (SchemaRow row : columnRows.stream().sorted(BY_POSITION).toList()) {
      String name = row.text("column_name");
      columns.add(
          new ColumnMetadata(
              name,
              kind(row),
              types.parse(row.text("type")),
              row.text("clustering_order").equalsIgnoreCase("desc"),
              masks.get(name)));
    }
    return columns;
  }

  private static Kind kind(SchemaRow row) {
    return switch (row.text("kind")) {
      case "partition_key" -> Kind.PARTITION_KEY;
      case "clustering" -> Kind.CLUSTERING;
      case "static" -> Kind.STATIC;
      default -> Kind.REGULAR;
    };
  }

  private Map<String, ColumnMask> masks(String table) {
    Map<String, ColumnMask> masks = new HashMap<>();
    for (SchemaRow row : rows.of(SchemaTable.MASKS, keyspace, table)) {
      masks.put(
          row.text("column_name"),
          new ColumnMask(
              row.text("function_keyspace"), row.text("function_name"), maskArguments(row)));
    }
    return masks;
  }

  /** The arguments behind the column: the server tells text, and which of them are null. */
  private static List<@Nullable String> maskArguments(SchemaRow row) {
    List<String> types = row.texts("function_argument_types");
    List<String> values = row.texts("function_argument_values");
    List<String> nulls = row.texts("function_argument_nulls");
    List<@Nullable String> arguments = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      boolean isNull = i < nulls.size() && nulls.get(i).equals("true");
      String type = i < types.size() ? types.get(i) : "";
      arguments.add(isNull ? null : literal(values.get(i), type));
    }
    return arguments;
  }

  /** The value as CQL has it; of a nested type there are only bytes, which are no literal. */
  private static String literal(String value, String type) {
    return switch (type) {
      case "text", "ascii", "inet", "date", "time", "timestamp" ->
          '\'' + value.replace("'", "''") + '\'';
      case "blob" -> "0x" + value;
      case "bigint",
          "boolean",
          "decimal",
          "double",
          "duration",
          "float",
          "int",
          "smallint",
          "timeuuid",
          "tinyint",
          "uuid",
          "varint" ->
          value;
      default -> ColumnMask.NOT_KNOWN;
    };
  }

  private Map<String, Object> options(SchemaRow row) {
    Map<String, Object> options = new TreeMap<>();
    boolean hasReadRepair = row.cells().get("read_repair") != null;
    row.cells()
        .forEach(
            (name, value) -> {
              boolean isReplaced = hasReadRepair && REPLACED.contains(name);
              if (value != null && !NO_OPTIONS.contains(name) && !isReplaced) {
                Object kept = value instanceof Map<?, ?> ? row.map(name) : value;
                Object first = shared.putIfAbsent(kept, kept);
                options.put(name, first == null ? kept : first);
              }
            });
    return options;
  }

  private TableAttachments attachments(SchemaRow row) {
    String table = row.text("table_name");
    Map<String, IndexMetadata> indexes = new TreeMap<>();
    for (SchemaRow index : rows.of(SchemaTable.INDEXES, keyspace, table)) {
      String name = index.text("index_name");
      indexes.put(
          name, new IndexMetadata(keyspace, table, name, index.text("kind"), index.map("options")));
    }
    Map<String, TriggerMetadata> triggers = new TreeMap<>();
    for (SchemaRow trigger : rows.of(SchemaTable.TRIGGERS, keyspace, table)) {
      String name = trigger.text("trigger_name");
      triggers.put(name, new TriggerMetadata(keyspace, table, name, trigger.map("options")));
    }
    return new TableAttachments(indexes, triggers, extensions(row), graphLabel(table));
  }

  private static Map<String, ByteBuffer> extensions(SchemaRow row) {
    Map<String, ByteBuffer> extensions = new TreeMap<>();
    if (row.cells().get("extensions") instanceof Map<?, ?> entries) {
      entries.forEach(
          (name, value) -> {
            if (name instanceof String text && value instanceof ByteBuffer bytes) {
              extensions.put(text, bytes);
            }
          });
    }
    return extensions;
  }

  private @Nullable GraphLabel graphLabel(String table) {
    for (SchemaRow row : rows.of(SchemaTable.VERTICES, keyspace, table)) {
      return new GraphLabel.Vertex(row.text("label_name"));
    }
    for (SchemaRow row : rows.of(SchemaTable.EDGES, keyspace, table)) {
      return new GraphLabel.Edge(row.text("label_name"), end(row, "from"), end(row, "to"));
    }
    return null;
  }

  private static GraphLabel.EdgeEnd end(SchemaRow row, String which) {
    return new GraphLabel.EdgeEnd(
        row.text(which + "_label"),
        row.texts(which + "_partition_key_columns"),
        row.texts(which + "_clustering_columns"));
  }
}
