package io.peregrine.metadata;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The keyspaces of a cluster at one moment. Immutable; any thread may use it. */
public final class Keyspaces {
  /** None. */
  public static final Keyspaces NONE = new Keyspaces(Map.of());

  private final Map<String, KeyspaceMetadata> byName;

  private Keyspaces(Map<String, KeyspaceMetadata> byName) {
    this.byName = byName;
  }

  /**
   * Keyspaces.
   *
   * @param keyspaces the keyspaces, in any order; of two with one name, the later one counts
   * @return the container
   */
  public static Keyspaces of(Collection<KeyspaceMetadata> keyspaces) {
    Map<String, KeyspaceMetadata> byName = new TreeMap<>();
    keyspaces.forEach(keyspace -> byName.put(keyspace.name(), keyspace));
    return new Keyspaces(Collections.unmodifiableMap(byName));
  }

  /**
   * One of them.
   *
   * @param name its name, as the server has it (unquoted)
   * @return the keyspace; empty if there is none of that name
   */
  public Optional<KeyspaceMetadata> get(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /**
   * All of them.
   *
   * @return the keyspaces by their names, in that order; immutable
   */
  public Map<String, KeyspaceMetadata> all() {
    return byName;
  }

  /**
   * How they are replicated.
   *
   * @return the replication settings of each keyspace that is not virtual, by its name; immutable
   */
  public Map<String, Map<String, String>> replication() {
    Map<String, Map<String, String>> replication = new TreeMap<>();
    for (KeyspaceMetadata keyspace : byName.values()) {
      if (!keyspace.isVirtual()) {
        replication.put(keyspace.name(), keyspace.replication());
      }
    }
    return Collections.unmodifiableMap(replication);
  }

  /**
   * The same with one more, or with one replaced.
   *
   * @param keyspace the keyspace
   * @return the container
   */
  public Keyspaces with(KeyspaceMetadata keyspace) {
    Map<String, KeyspaceMetadata> changed = new TreeMap<>(byName);
    changed.put(keyspace.name(), keyspace);
    return new Keyspaces(Collections.unmodifiableMap(changed));
  }

  /**
   * The same without one of them.
   *
   * @param name its name, as the server has it (unquoted)
   * @return the container; this if there is none of that name
   */
  public Keyspaces without(String name) {
    if (!byName.containsKey(name)) {
      return this;
    }
    Map<String, KeyspaceMetadata> changed = new TreeMap<>(byName);
    changed.remove(name);
    return new Keyspaces(Collections.unmodifiableMap(changed));
  }

  /**
   * The CQL that makes all of them anew, as {@link KeyspaceMetadata#describe} does each.
   *
   * @return the statements, an empty line between two of them
   */
  public String describe() {
    return byName.values().stream()
        .map(KeyspaceMetadata::describe)
        .collect(Collectors.joining("\n\n"));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Keyspaces keyspaces && byName.equals(keyspaces.byName);
  }

  @Override
  public int hashCode() {
    return byName.hashCode();
  }

  @Override
  public String toString() {
    return byName.keySet().toString();
  }
}
