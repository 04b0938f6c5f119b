package io.peregrine.conductor;

import io.peregrine.metadata.AggregateMetadata;
import io.peregrine.metadata.FunctionMetadata;
import io.peregrine.metadata.FunctionSignature;
import java.util.ArrayList;
import java.util.List;

/** Makes functions and aggregates of rows. Confined to the conductor's thread. */
final class RoutineParser {
  private final String keyspace;
  private final TypeResolver types;

  RoutineParser(String keyspace, TypeResolver types) {
    this.keyspace = keyspace;
    this.types = types;
  }

  FunctionMetadata function(SchemaRow row) {
    return new FunctionMetadata(
        keyspace,
        new FunctionSignature(row.text("function_name"), row.texts("argument_types")),
        row.texts("argument_names"),
        types.parse(row.text("return_type")),
        new FunctionMetadata.Definition(
            row.isTrue("called_on_null_input", true),
            row.text("language"),
            row.text("body"),
            promises(row)));
  }

  /** What DSE knows of a function's results. */
  private static List<String> promises(SchemaRow row) {
    List<String> promises = new ArrayList<>();
    if (row.isTrue("deterministic", false)) {
      promises.add("DETERMINISTIC");
    }
    List<String> monotonicOn = row.texts("monotonic_on");
    if (row.isTrue("monotonic", false)) {
      promises.add("MONOTONIC");
    } else if (!monotonicOn.isEmpty()) {
      promises.add("MONOTONIC ON " + monotonicOn.get(0));
    }
    return promises;
  }

  AggregateMetadata aggregate(SchemaRow row) {
    return new AggregateMetadata(
        keyspace,
        new FunctionSignature(row.text("aggregate_name"), row.texts("argument_types")),
        new AggregateMetadata.State(
            row.text("state_func"),
            types.parse(row.text("state_type")),
            row.textOrNull("initcond")),
        row.text("final_func"),
        types.parse(row.text("return_type")),
        row.isTrue("deterministic", false));
  }
}
