package io.peregrine.metadata;

import io.peregrine.codec.DataType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts types behind those that they are made of. Confined to the thread that made it. */
final class TypeOrder {
  private final Map<String, UserTypeMetadata> types;
  private final Set<String> placed = new LinkedHashSet<>();

  TypeOrder(Map<String, UserTypeMetadata> types) {
    this.types = types;
  }

  List<UserTypeMetadata> sorted() {
    List<UserTypeMetadata> sorted = new ArrayList<>();
    for (UserTypeMetadata type : types.values()) {
      place(type.type());
    }
    placed.stream().filter(types::containsKey).forEach(name -> sorted.add(types.get(name)));
    return sorted;
  }

  /** A type cannot contain itself, and its nesting is bounded, so this ends. */
  private void place(DataType type) {
    if (type instanceof DataType.UserType user) {
      if (!placed.contains(user.name())) {
        user.fieldTypes().forEach(this::place);
        placed.add(user.name());
      }
    } else if (type instanceof DataType.ListType list) {
      place(list.element());
    } else if (type instanceof DataType.SetType set) {
      place(set.element());
    } else if (type instanceof DataType.MapType map) {
      place(map.key());
      place(map.value());
    } else if (type instanceof DataType.TupleType tuple) {
      tuple.components().forEach(this::place);
    } else if (type instanceof DataType.VectorType vector) {
      place(vector.element());
    }
  }
}
