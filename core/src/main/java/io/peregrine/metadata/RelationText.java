package io.peregrine.metadata;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The parts of CQL that tables and views have in common. Stateless; any thread may use it. */
final class RelationText {
  private RelationText() {}

  static List<String> problems(RelationMetadata relation) {
    List<String> problems = new ArrayList<>();
    if (relation.partitionKey().isEmpty()) {
      problems.add("The server tells no partition key of it.");
    }
    for (ColumnMetadata column : relation.columns()) {
      ColumnMask mask = column.masking();
      if (mask != null && mask.arguments().contains(ColumnMask.NOT_KNOWN)) {
        problems.add("How its column \"" + column.name() + "\" is masked is not known.");
      }
      if (!column.type().isKnown()) {
        problems.add(
            "The type of its column \""
                + column.name()
                + "\" is not known: "
                + column.type()
                + ".");
      }
    }
    return problems;
  }

  static String primaryKey(RelationMetadata relation) {
    CqlWriter cql = new CqlWriter().raw("PRIMARY KEY (");
    List<ColumnMetadata> partitionKey = relation.partitionKey();
    boolean isComposite = partitionKey.size() > 1;
    cql.raw(isComposite ? "(" : "").names(names(partitionKey)).raw(isComposite ? ")" : "");
    for (ColumnMetadata column : relation.clusteringKey()) {
      cql.raw(", ").name(column.name());
    }
    return cql.raw(")").toString();
  }

  /** What stands behind WITH, beside the options: the order, if there are clustering columns. */
  static List<String> clusteringOrder(RelationMetadata relation) {
    List<ColumnMetadata> columns = relation.clusteringKey();
    return columns.isEmpty()
        ? List.of()
        : List.of(
            columns.stream()
                .map(c -> CqlNames.quoted(c.name()) + (c.isDescending() ? " DESC" : " ASC"))
                .collect(Collectors.joining(", ", "CLUSTERING ORDER BY (", ")")));
  }

  static List<String> options(Map<String, Object> options) {
    List<String> clauses = new ArrayList<>();
    options.forEach(
        (name, value) -> clauses.add(new CqlWriter().raw(name + " = ").literal(value).toString()));
    return clauses;
  }

  static String with(List<String> clauses) {
    return clauses.isEmpty() ? "" : " WITH " + String.join("\n    AND ", clauses);
  }

  private static List<String> names(List<ColumnMetadata> columns) {
    return columns.stream().map(ColumnMetadata::name).toList();
  }
}
