package io.peregrine.conductor;

/** What of the schema to read anew. Immutable; any thread may use it. */
public final class SchemaPart {
  /** All keyspaces and what is in them. */
  public static final SchemaPart EVERYTHING = new SchemaPart("Schema", SchemaScope.EVERYTHING);

  private final String subject;
  private final SchemaScope scope;

  private SchemaPart(String subject, SchemaScope scope) {
    this.subject = subject;
    this.scope = scope;
  }

  /**
   * How a keyspace is replicated and written; not what is in it.
   *
   * @param keyspace its name
   * @return the part
   */
  public static SchemaPart keyspace(String keyspace) {
    return new SchemaPart("Keyspace", SchemaScope.keyspace(keyspace));
  }

  /**
   * A table with its indexes and triggers, or a materialized view.
   *
   * @param keyspace the keyspace
   * @param name its name
   * @return the part
   */
  public static SchemaPart table(String keyspace, String name) {
    return new SchemaPart("Table", SchemaScope.table(keyspace, name));
  }

  /**
   * A user-defined type.
   *
   * @param keyspace the keyspace
   * @param name its name
   * @return the part
   */
  public static SchemaPart userType(String keyspace, String name) {
    return new SchemaPart("User type", SchemaScope.type(keyspace, name));
  }

  /**
   * The functions of a name.
   *
   * @param keyspace the keyspace
   * @param name their name
   * @return the part
   */
  public static SchemaPart functions(String keyspace, String name) {
    return new SchemaPart("User function", SchemaScope.functions(keyspace, name));
  }

  /**
   * The aggregates of a name.
   *
   * @param keyspace the keyspace
   * @param name their name
   * @return the part
   */
  public static SchemaPart aggregates(String keyspace, String name) {
    return new SchemaPart("User aggregate", SchemaScope.aggregates(keyspace, name));
  }

  String subject() {
    return subject;
  }

  SchemaScope scope() {
    return scope;
  }
}
