package io.peregrine.conductor;

import io.peregrine.metadata.AggregateMetadata;
import io.peregrine.metadata.FunctionMetadata;
import io.peregrine.metadata.FunctionSignature;

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
            row.isTrue("deterministic", false),
            row.isTrue("monotonic", false),
            row.texts("monotonic_on")));
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
