package io.peregrine.conductor;

import io.peregrine.codec.envelope.SchemaChange;

/**
 * What of the schema is to be read. Immutable; any thread may use it.
 *
 * @param kind what it is
 * @param keyspace the keyspace; empty for all of them
 * @param name the name of the table, view, type, function or aggregate, else empty
 */
public record SchemaScope(Kind kind, String keyspace, String name) {
  /** Everything in all keyspaces. */
  public static final SchemaScope EVERYTHING = new SchemaScope(Kind.EVERYTHING, "", "");

  /** How all keyspaces are replicated, and not what is in them. */
  static final SchemaScope REPLICATION = new SchemaScope(Kind.REPLICATION, "", "");

  /** What can be read by itself. */
  public enum Kind {
    /** All keyspaces and what is in them. */
    EVERYTHING("Schema"),
    /** The settings of all keyspaces; what is in them stays, and so do virtual keyspaces. */
    REPLICATION("Schema"),
    /** A keyspace and what is in it. */
    WHOLE_KEYSPACE("Keyspace"),
    /** The settings of a keyspace; what is in it stays. */
    KEYSPACE("Keyspace"),
    /** A table with its indexes and triggers, or a view. */
    TABLE("Table"),
    /** A user-defined type. */
    TYPE("User type"),
    /** All functions of one name. */
    FUNCTION("User function"),
    /** All aggregates of one name. */
    AGGREGATE("User aggregate");

    private final String subject;

    Kind(String subject) {
      this.subject = subject;
    }

    /** What messages call it, at the beginning of a sentence. */
    String subject() {
      return subject;
    }
  }

  /**
   * How a keyspace is replicated and written; what is in it stays.
   *
   * @param keyspace its name
   * @return the scope
   */
  public static SchemaScope keyspace(String keyspace) {
    return new SchemaScope(Kind.KEYSPACE, keyspace, "");
  }

  /** A keyspace and what is in it. */
  static SchemaScope wholeKeyspace(String keyspace) {
    return new SchemaScope(Kind.WHOLE_KEYSPACE, keyspace, "");
  }

  /**
   * A table with its indexes and triggers, or a materialized view.
   *
   * @param keyspace the keyspace
   * @param name its name
   * @return the scope
   */
  public static SchemaScope table(String keyspace, String name) {
    return new SchemaScope(Kind.TABLE, keyspace, name);
  }

  /**
   * A user-defined type.
   *
   * @param keyspace the keyspace
   * @param name its name
   * @return the scope
   */
  public static SchemaScope type(String keyspace, String name) {
    return new SchemaScope(Kind.TYPE, keyspace, name);
  }

  /**
   * All functions of one name: how the server writes their types is for the server to say.
   *
   * @param keyspace the keyspace
   * @param name their name
   * @return the scope
   */
  public static SchemaScope functions(String keyspace, String name) {
    return new SchemaScope(Kind.FUNCTION, keyspace, name);
  }

  /**
   * All aggregates of one name.
   *
   * @param keyspace the keyspace
   * @param name their name
   * @return the scope
   */
  public static SchemaScope aggregates(String keyspace, String name) {
    return new SchemaScope(Kind.AGGREGATE, keyspace, name);
  }

  /** What a change makes it necessary to read. */
  static SchemaScope of(SchemaChange change) {
    return switch (change.target()) {
      // A keyspace may have been dropped and made again; nothing of the old one is to stay.
      case KEYSPACE ->
          change.change() == SchemaChange.Change.UPDATED
              ? keyspace(change.keyspace())
              : wholeKeyspace(change.keyspace());
      case TABLE -> table(change.keyspace(), change.name());
      case TYPE -> type(change.keyspace(), change.name());
      case FUNCTION -> functions(change.keyspace(), change.name());
      case AGGREGATE -> aggregates(change.keyspace(), change.name());
      case UNKNOWN -> change.keyspace().isEmpty() ? EVERYTHING : wholeKeyspace(change.keyspace());
    };
  }
}
