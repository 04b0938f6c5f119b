package io.peregrine.codec.envelope;

import java.util.List;

/**
 * What changed in the schema (v5 specification, sections 4.2.5.5 and 4.2.6). Immutable; any thread
 * may use it.
 *
 * @param change what happened to it
 * @param target what kind of thing it is
 * @param keyspace the keyspace that changed, or that it is in; empty if the target is unknown
 * @param name the name of the table, type, function or aggregate; empty if the keyspace itself
 *     changed, or if the target is unknown
 * @param argumentTypes CQL texts of the types of a function's or aggregate's arguments, else empty
 */
public record SchemaChange(
    Change change, Target target, String keyspace, String name, List<String> argumentTypes) {
  /** What can happen. */
  public enum Change {
    /** It is new. */
    CREATED,
    /** It is otherwise. */
    UPDATED,
    /** It is gone. */
    DROPPED,
    /** A word that this driver does not know. */
    UNKNOWN
  }

  /** What it can happen to. */
  public enum Target {
    /** A keyspace. */
    KEYSPACE,
    /** A table or view. */
    TABLE,
    /** A user-defined type. */
    TYPE,
    /** A user-defined function. */
    FUNCTION,
    /** A user-defined aggregate. */
    AGGREGATE,
    /** A word that this driver does not know. */
    UNKNOWN
  }

  /** Copies the list, so that a later change of it does not reach this. */
  public SchemaChange {
    argumentTypes = List.copyOf(argumentTypes);
  }
}
