package io.peregrine.metadata;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What belongs to a table and is made after it. Immutable; any thread may use it.
 *
 * @param indexes its secondary indexes by their names
 * @param triggers its triggers by their names
 * @param extensions what extensions of the server have noted about it, read-only bytes by their
 *     names
 * @param label what it is in a graph of DSE, or null if it is in none
 */
public record TableAttachments(
    Map<String, IndexMetadata> indexes,
    Map<String, TriggerMetadata> triggers,
    Map<String, ByteBuffer> extensions,
    @Nullable GraphLabel label) {
  /** Nothing. */
  public static final TableAttachments NONE =
      new TableAttachments(Map.of(), Map.of(), Map.of(), null);

  /** DSE's row-level access control: the value is the name of the column that tells who may. */
  private static final String ROW_ACCESS = "DSE_RLACA";

  /** Copies the maps, so that a later change of them does not reach this. */
  public TableAttachments {
    indexes = Collections.unmodifiableMap(new TreeMap<>(indexes));
    triggers = Collections.unmodifiableMap(new TreeMap<>(triggers));
    Map<String, ByteBuffer> copy = new TreeMap<>();
    extensions.forEach((name, bytes) -> copy.put(name, bytes.asReadOnlyBuffer()));
    extensions = Collections.unmodifiableMap(copy);
  }

  /**
   * What the table is in a graph of DSE.
   *
   * @return the label; empty if it is in none
   */
  public Optional<GraphLabel> graphLabel() {
    return Optional.ofNullable(label);
  }

  /** The statements that make the extensions anew, of those that have such statements. */
  List<String> extensionStatements(TableMetadata table) {
    List<String> statements = new ArrayList<>();
    ByteBuffer column = extensions.get(ROW_ACCESS);
    if (column != null) {
      statements.add(
          new CqlWriter()
              .raw("RESTRICT ROWS ON ")
              .qualified(table.keyspace(), table.name())
              .raw(" USING ")
              .name(StandardCharsets.UTF_8.decode(column.duplicate()).toString())
              .statement("", List.of()));
    }
    return statements;
  }
}
