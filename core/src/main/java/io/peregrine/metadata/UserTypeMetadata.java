package io.peregrine.metadata;

import io.peregrine.codec.DataType;
import java.util.ArrayList;
import java.util.List;

/**
 * A user-defined type. Immutable; any thread may use it.
 *
 * @param keyspace the keyspace that it is in, as the server has it (unquoted)
 * @param name its name, as the server has it (unquoted)
 * @param fieldNames the names of its fields, in order
 * @param fieldTypes the types of its fields, in the same order
 */
public record UserTypeMetadata(
    String keyspace, String name, List<String> fieldNames, List<CqlType> fieldTypes)
    implements SchemaElement {
  /**
   * Copies the lists and checks that they match.
   *
   * @throws IllegalArgumentException if the lists differ in size
   */
  public UserTypeMetadata {
    fieldNames = List.copyOf(fieldNames);
    fieldTypes = List.copyOf(fieldTypes);
    if (fieldNames.size() != fieldTypes.size()) {
      throw new IllegalArgumentException(
          fieldNames.size() + " field names but " + fieldTypes.size() + " field types");
    }
  }

  /**
   * The type of its values.
   *
   * @return the type
   */
  public DataType.UserType type() {
    return new DataType.UserType(
        keyspace, name, fieldNames, fieldTypes.stream().map(CqlType::type).toList());
  }

  @Override
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (fieldNames.isEmpty()) {
      problems.add("The server tells no fields of it.");
    }
    for (int i = 0; i < fieldNames.size(); i++) {
      if (!fieldTypes.get(i).isKnown()) {
        problems.add(
            "The type of its field \""
                + fieldNames.get(i)
                + "\" is not known: "
                + fieldTypes.get(i)
                + ".");
      }
    }
    return List.copyOf(problems);
  }

  @Override
  public String describe() {
    CqlWriter cql = new CqlWriter().raw("CREATE TYPE ").qualified(keyspace, name).raw(" (");
    String separator = "\n    ";
    for (int i = 0; i < fieldNames.size(); i++) {
      cql.raw(separator).name(fieldNames.get(i)).raw(" " + fieldTypes.get(i));
      separator = ",\n    ";
    }
    return cql.raw("\n)").statement("Type " + keyspace + "." + name, problems());
  }
}
