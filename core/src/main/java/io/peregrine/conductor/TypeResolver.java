package io.peregrine.conductor;

import io.peregrine.codec.DataType;
import io.peregrine.metadata.CqlType;
import io.peregrine.metadata.UserTypeMetadata;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Knows the types of a keyspace: reads their texts, in which user-defined types stand by their
 * names alone. Confined to the conductor's thread.
 */
final class TypeResolver {
  private final String keyspace;
  private final Map<String, Fields> fields = new TreeMap<>();
  private final Map<String, UserTypeMetadata> resolved = new HashMap<>();
  private final Set<String> beingResolved = new HashSet<>();
  private final Map<String, CqlType> types = new HashMap<>();

  /** How deep each type that is known nests others. */
  private final Map<String, Integer> levels = new HashMap<>();

  private int deepest;

  /** Fields of a user-defined type, in order. */
  private record Fields(List<String> names, List<String> types) {}

  TypeResolver(String keyspace) {
    this.keyspace = keyspace;
  }

  /** A type as a row has it. */
  void add(SchemaRow row) {
    List<String> names = row.texts("field_names");
    List<String> texts = row.texts("field_types");
    if (names.size() != texts.size()) {
      // Without fields it is kept, and tells that something is wrong.
      names = texts = List.of();
    }
    fields.put(row.text("type_name"), new Fields(names, texts));
  }

  /** A type that is known already. */
  void add(UserTypeMetadata type) {
    List<String> texts = type.fieldTypes().stream().map(CqlType::text).toList();
    fields.put(type.name(), new Fields(type.fieldNames(), texts));
  }

  /** All of them, by their names. */
  Map<String, UserTypeMetadata> all() {
    Map<String, UserTypeMetadata> all = new TreeMap<>();
    for (String name : fields.keySet()) {
      UserTypeMetadata type = resolve(name);
      if (type != null) {
        all.put(name, type);
      }
    }
    return all;
  }

  /** The type with this text; equal ones are one object. */
  CqlType parse(String text) {
    return types.computeIfAbsent(text, unknown -> CqlType.parse(unknown, this::userType));
  }

  private DataType.@Nullable UserType userType(String name) {
    UserTypeMetadata type = resolve(name);
    deepest = Math.max(deepest, levels.getOrDefault(name, 0));
    return type == null ? null : type.type();
  }

  /** Null if there is no such type, or it is being read: it contains itself, or nests too deep. */
  private @Nullable UserTypeMetadata resolve(String name) {
    UserTypeMetadata known = resolved.get(name);
    Fields parts = fields.get(name);
    boolean isTooDeep = beingResolved.size() >= DataType.MAX_NESTING;
    if (known != null || parts == null || isTooDeep || !beingResolved.add(name)) {
      return known;
    }
    int outside = deepest;
    deepest = 0;
    List<CqlType> fieldTypes = new ArrayList<>();
    parts.types().forEach(text -> fieldTypes.add(CqlType.parse(text, this::userType)));
    int level = deepest + 1;
    deepest = outside;
    beingResolved.remove(name);
    if (level > DataType.MAX_NESTING) {
      fieldTypes.replaceAll(type -> CqlType.parse(type.text(), none -> null));
      level = 1;
    }
    UserTypeMetadata type = new UserTypeMetadata(keyspace, name, parts.names(), fieldTypes);
    levels.put(name, level);
    resolved.put(name, type);
    return type;
  }
}
