package io.peregrine.conductor;

import io.peregrine.metadata.KeyspaceContents;
import io.peregrine.metadata.KeyspaceMetadata;
import io.peregrine.metadata.KeyspaceSettings;
import io.peregrine.metadata.Keyspaces;
import io.peregrine.metadata.SchemaElement;
import io.peregrine.metadata.UserTypeMetadata;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Puts what was read beside what was known: new keyspaces, of which all that has not changed is the
 * old objects. Confined to the conductor's thread.
 */
final class SchemaMerge {
  private final SchemaRows rows;
  private final Keyspaces old;
  private final Consumer<String> complain;
  private final Map<Object, Object> shared = new HashMap<>();

  /**
   * A merge.
   *
   * @param complain is told of what was not understood
   */
  SchemaMerge(SchemaRows rows, Keyspaces old, Consumer<String> complain) {
    this.rows = rows;
    this.old = old;
    this.complain = complain;
  }

  /** The keyspaces with what was read of the scope. */
  Keyspaces apply(SchemaScope scope) {
    Keyspaces now = merged(scope);
    for (KeyspaceMetadata keyspace : now.all().values()) {
      if (old.get(keyspace.name()).orElse(null) != keyspace && !keyspace.isVirtual()) {
        complainOf(keyspace);
      }
    }
    return now;
  }

  private void complainOf(KeyspaceMetadata keyspace) {
    complainOf("The keyspace \"" + keyspace.name(), keyspace);
    KeyspaceContents contents = keyspace.contents();
    complainOf("The table \"", keyspace, contents.tables());
    complainOf("The view \"", keyspace, contents.views());
    complainOf("The type \"", keyspace, contents.userTypes());
    complainOf("The function \"", keyspace, contents.functions());
    complainOf("The aggregate \"", keyspace, contents.aggregates());
  }

  private void complainOf(
      String what, KeyspaceMetadata keyspace, Map<?, ? extends SchemaElement> elements) {
    elements.forEach((name, element) -> complainOf(what + keyspace.name() + "." + name, element));
  }

  private void complainOf(String what, SchemaElement element) {
    List<String> problems = element.problems();
    if (!problems.isEmpty()) {
      complain.accept(what + "\" is not quite understood: " + String.join(" ", problems));
    }
  }

  private Keyspaces merged(SchemaScope scope) {
    return switch (scope.kind()) {
      case EVERYTHING -> everything();
      case REPLICATION -> replication();
      case WHOLE_KEYSPACE, KEYSPACE -> keyspace(scope);
      default ->
          old.get(scope.keyspace())
              .map(keyspace -> kept(keyspace, part(scope, keyspace)))
              .map(old::with)
              .orElse(old);
    };
  }

  private Keyspaces everything() {
    List<KeyspaceMetadata> keyspaces = new ArrayList<>();
    // Rows of tables without one of their keyspace tell of a keyspace too.
    Set<String> names =
        rows.keyspaces(SchemaTable.KEYSPACES, SchemaTable.TABLES, SchemaTable.VIRTUAL_KEYSPACES);
    for (String name : names) {
      keyspaces.add(kept(old.get(name).orElse(null), whole(name)));
    }
    return Keyspaces.of(keyspaces);
  }

  private Keyspaces replication() {
    List<KeyspaceMetadata> keyspaces = new ArrayList<>();
    Set<String> names = rows.keyspaces(SchemaTable.KEYSPACES);
    for (String name : names) {
      keyspaces.add(withSettings(name));
    }
    // Virtual keyspaces are not replicated, so nobody has asked for them.
    for (KeyspaceMetadata keyspace : old.all().values()) {
      if (keyspace.isVirtual() && !names.contains(keyspace.name())) {
        keyspaces.add(keyspace);
      }
    }
    return Keyspaces.of(keyspaces);
  }

  private Keyspaces keyspace(SchemaScope scope) {
    String name = scope.keyspace();
    if (rows.keyspaces(SchemaTable.KEYSPACES, SchemaTable.VIRTUAL_KEYSPACES).isEmpty()) {
      return old.without(name);
    }
    boolean isWhole = scope.kind() == SchemaScope.Kind.WHOLE_KEYSPACE;
    return old.with(isWhole ? kept(old.get(name).orElse(null), whole(name)) : withSettings(name));
  }

  private KeyspaceMetadata whole(String name) {
    KeyspaceContents read = new KeyspaceParser(name, rows, shared, complain).contents();
    KeyspaceContents known =
        old.get(name).map(KeyspaceMetadata::contents).orElse(KeyspaceContents.NONE);
    KeyspaceContents contents =
        new KeyspaceContents(
            allKept(known.tables(), read.tables()),
            allKept(known.views(), read.views()),
            allKept(known.userTypes(), read.userTypes()),
            allKept(known.functions(), read.functions()),
            allKept(known.aggregates(), read.aggregates()));
    return new KeyspaceMetadata(name, settings(name), contents);
  }

  /** The settings alone; what is in the keyspace stays as it was known. */
  private KeyspaceMetadata withSettings(String name) {
    KeyspaceMetadata known = old.get(name).orElse(null);
    return known == null
        ? new KeyspaceMetadata(name, settings(name), KeyspaceContents.NONE)
        : kept(known, known.withSettings(settings(name)));
  }

  private KeyspaceSettings settings(String name) {
    return KeyspaceParser.settings(rows, name);
  }

  private KeyspaceMetadata part(SchemaScope scope, KeyspaceMetadata keyspace) {
    KeyspaceContents contents = keyspace.contents();
    KeyspaceParser parser = new KeyspaceParser(keyspace.name(), rows, shared, complain);
    return keyspace.withContents(
        switch (scope.kind()) {
          case TYPE -> types(scope, contents, parser);
          case FUNCTION ->
              contents.withFunctions(
                  replaced(
                      contents.functions(),
                      signature -> signature.name().equals(scope.name()),
                      parser.with(contents.userTypes()).functions()));
          case AGGREGATE ->
              contents.withAggregates(
                  replaced(
                      contents.aggregates(),
                      signature -> signature.name().equals(scope.name()),
                      parser.with(contents.userTypes()).aggregates()));
          default -> relations(scope, contents, parser.with(contents.userTypes()));
        });
  }

  private KeyspaceContents relations(
      SchemaScope scope, KeyspaceContents contents, KeyspaceParser parser) {
    return contents.withRelations(
        replaced(contents.tables(), scope.name()::equals, parser.tables()),
        replaced(contents.views(), scope.name()::equals, parser.views()));
  }

  private static <K, V> Map<K, V> replaced(
      Map<K, V> known, Predicate<K> isInScope, Map<K, V> read) {
    Map<K, V> replaced = new TreeMap<>(known);
    replaced.keySet().removeIf(isInScope);
    replaced.putAll(allKept(known, read));
    return replaced;
  }

  /** What was read, with the old objects where they say the same. */
  private static <K, V> Map<K, V> allKept(Map<K, V> known, Map<K, V> read) {
    Map<K, V> kept = new TreeMap<>(read);
    kept.replaceAll((key, value) -> kept(known.get(key), value));
    return kept;
  }

  private static <V> V kept(@Nullable V known, V read) {
    return known != null && known.equals(read) ? known : read;
  }

  private KeyspaceContents types(
      SchemaScope scope, KeyspaceContents contents, KeyspaceParser parser) {
    Map<String, UserTypeMetadata> types = new TreeMap<>(contents.userTypes());
    types.remove(scope.name());
    types.putAll(parser.with(types).userTypes());
    return TypeChange.apply(scope.keyspace(), contents, types);
  }
}
