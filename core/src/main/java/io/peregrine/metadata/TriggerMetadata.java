package io.peregrine.metadata;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A trigger. Immutable; any thread may use it.
 *
 * @param keyspace the keyspace that it is in, as the server has it (unquoted)
 * @param table the table that it is on, as the server has it (unquoted)
 * @param name its name, as the server has it (unquoted)
 * @param options the name of its class ({@code class}), and others
 */
public record TriggerMetadata(
    String keyspace, String table, String name, Map<String, String> options)
    implements SchemaElement {
  /** Copies the options, so that a later change of them does not reach this. */
  public TriggerMetadata {
    options = Collections.unmodifiableMap(new TreeMap<>(options));
  }

  /**
   * The class that it runs.
   *
   * @return the name; empty if it is not told
   */
  public String className() {
    return options.getOrDefault("class", "");
  }

  @Override
  public List<String> problems() {
    return className().isEmpty() ? List.of("The server does not tell its class.") : List.of();
  }

  @Override
  public String describe() {
    return new CqlWriter()
        .raw("CREATE TRIGGER ")
        .name(name)
        .raw(" ON ")
        .qualified(keyspace, table)
        .raw(" USING ")
        .literal(className())
        .statement("Trigger " + keyspace + "." + name, problems());
  }
}
