package io.peregrine;

import io.peregrine.metadata.AggregateMetadata;
import io.peregrine.metadata.FunctionMetadata;
import io.peregrine.metadata.FunctionSignature;
import io.peregrine.metadata.KeyspaceMetadata;
import io.peregrine.metadata.TableMetadata;
import io.peregrine.metadata.UserTypeMetadata;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A change of a keyspace that is there, and how to tell that it is known. Immutable.
 *
 * @param change the statement
 * @param isSeen tells it of the keyspace
 */
record SchemaStep(String change, Predicate<KeyspaceMetadata> isSeen) {
  /** Makes one thing of every kind in the keyspace {@code made}. */
  static final List<SchemaStep> CREATED =
      List.of(
          new SchemaStep(
              "CREATE TYPE made.pair (a int)", keyspace -> fields(keyspace).equals(List.of("a"))),
          new SchemaStep(
              "CREATE TABLE made.t (k int PRIMARY KEY, v int, p frozen<pair>)",
              keyspace -> keyspace.table("t").isPresent()),
          new SchemaStep(
              "CREATE INDEX t_by_p ON made.t (p)",
              keyspace -> table(keyspace).indexes().containsKey("t_by_p")),
          new SchemaStep(
              "CREATE MATERIALIZED VIEW made.by_v AS SELECT v, k FROM made.t"
                  + " WHERE v IS NOT NULL AND k IS NOT NULL PRIMARY KEY (v, k)",
              keyspace -> keyspace.viewsOf("t").size() == 1),
          new SchemaStep(
              function("return x + y;"), keyspace -> body(keyspace).equals("return x + y;")),
          new SchemaStep(aggregate(0), keyspace -> initial(keyspace).equals(Optional.of("0"))));

  /** Changes them all, and the keyspace, but for the index, which cannot be changed. */
  static final List<SchemaStep> CHANGED =
      List.of(
          new SchemaStep(
              "ALTER KEYSPACE made WITH durable_writes = false", keyspace -> !keyspace.isDurable()),
          new SchemaStep(
              "ALTER TYPE made.pair ADD b text",
              keyspace -> fields(keyspace).equals(List.of("a", "b"))),
          new SchemaStep(
              "ALTER TABLE made.t ADD added text",
              keyspace -> table(keyspace).column("added").isPresent()),
          new SchemaStep(
              "ALTER MATERIALIZED VIEW made.by_v WITH comment = 'changed'",
              keyspace -> "changed".equals(keyspace.views().get("by_v").options().get("comment"))),
          new SchemaStep(
              function("return y + x;"), keyspace -> body(keyspace).equals("return y + x;")),
          new SchemaStep(aggregate(7), keyspace -> initial(keyspace).equals(Optional.of("7"))));

  /** Drops them all. */
  static final List<SchemaStep> DROPPED =
      List.of(
          new SchemaStep("DROP AGGREGATE made.total", keyspace -> total(keyspace).isEmpty()),
          new SchemaStep("DROP FUNCTION made.plus", keyspace -> plus(keyspace).isEmpty()),
          new SchemaStep(
              "DROP MATERIALIZED VIEW made.by_v", keyspace -> keyspace.views().isEmpty()),
          new SchemaStep(
              "DROP INDEX made.t_by_p",
              keyspace -> keyspace.table("t").map(t -> t.indexes().isEmpty()).orElse(true)),
          new SchemaStep("DROP TABLE made.t", keyspace -> keyspace.tables().isEmpty()),
          new SchemaStep("DROP TYPE made.pair", keyspace -> keyspace.userTypes().isEmpty()));

  /** Whether a cluster knows of the change. */
  boolean isSeenBy(Cluster cluster) {
    return isSeen.test(cluster.metadata().keyspace("made").orElseThrow());
  }

  private static String function(String body) {
    return "CREATE OR REPLACE FUNCTION made.plus (x int, y int) CALLED ON NULL INPUT RETURNS int"
        + " LANGUAGE java AS '"
        + body
        + "'";
  }

  private static String aggregate(int initial) {
    return "CREATE OR REPLACE AGGREGATE made.total (int) SFUNC plus STYPE int INITCOND " + initial;
  }

  private static List<String> fields(KeyspaceMetadata keyspace) {
    UserTypeMetadata pair = keyspace.userTypes().get("pair");
    return pair == null ? List.of() : pair.fieldNames();
  }

  private static String body(KeyspaceMetadata keyspace) {
    return plus(keyspace).map(plus -> plus.definition().body()).orElse("");
  }

  private static TableMetadata table(KeyspaceMetadata keyspace) {
    return keyspace.table("t").orElseThrow();
  }

  private static Optional<FunctionMetadata> plus(KeyspaceMetadata keyspace) {
    return Optional.ofNullable(
        keyspace.functions().get(new FunctionSignature("plus", List.of("int", "int"))));
  }

  private static Optional<AggregateMetadata> total(KeyspaceMetadata keyspace) {
    return Optional.ofNullable(
        keyspace.aggregates().get(new FunctionSignature("total", List.of("int"))));
  }

  private static Optional<String> initial(KeyspaceMetadata keyspace) {
    return total(keyspace).flatMap(total -> total.state().initialCondition());
  }
}
