package io.peregrine.metadata;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A secondary index. Immutable; any thread may use it.
 *
 * @param keyspace the keyspace that it is in, as the server has it (unquoted)
 * @param table the table that it is on, as the server has it (unquoted)
 * @param name its name, as the server has it (unquoted)
 * @param kind {@code KEYS}, {@code COMPOSITES} or {@code CUSTOM}
 * @param options what it indexes ({@code target}), its class ({@code class_name}), and others
 */
public record IndexMetadata(
    String keyspace, String table, String name, String kind, Map<String, String> options)
    implements SchemaElement {
  private static final String TARGET = "target";
  private static final String CLASS_NAME = "class_name";
  private static final Pattern PART = Pattern.compile("(keys|values|entries|full)\\((.+)\\)");

  /** Copies the options, so that a later change of them does not reach this. */
  public IndexMetadata {
    options = Collections.unmodifiableMap(new TreeMap<>(options));
  }

  /**
   * What it indexes.
   *
   * @return CQL: the name of a column, or what part of its collections; empty if it is not told
   */
  public String target() {
    String target = options.getOrDefault(TARGET, "");
    Matcher part = PART.matcher(target);
    return part.matches() ? part.group(1) + "(" + column(part.group(2)) + ")" : column(target);
  }

  /** Servers write the name quoted, or as it is. */
  private static String column(String name) {
    return name.isEmpty() || name.startsWith("\"") ? name : CqlNames.quoted(name);
  }

  /**
   * The class that makes it.
   *
   * @return the name, as the server has it; empty for the server's own kinds
   */
  public String className() {
    return options.getOrDefault(CLASS_NAME, "");
  }

  private boolean isCustom() {
    return kind.equals("CUSTOM");
  }

  @Override
  public List<String> problems() {
    if (target().isEmpty()) {
      return List.of("The server does not tell what it indexes.");
    }
    return isCustom() && className().isEmpty()
        ? List.of("The server does not tell its class.")
        : List.of();
  }

  @Override
  public String describe() {
    CqlWriter cql = new CqlWriter().raw(isCustom() ? "CREATE CUSTOM INDEX " : "CREATE INDEX ");
    cql.name(name).raw(" ON ").qualified(keyspace, table).raw(" (" + target() + ")");
    Map<String, String> others = new TreeMap<>(options);
    others.remove(TARGET);
    others.remove(CLASS_NAME);
    if (isCustom()) {
      cql.raw(" USING ").literal(className());
      if (!others.isEmpty()) {
        cql.raw(" WITH OPTIONS = ").literal(others);
      }
    }
    return cql.statement("Index " + keyspace + "." + name, problems());
  }
}
