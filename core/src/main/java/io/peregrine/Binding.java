package io.peregrine;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.WrongTypeException;
import io.peregrine.codec.row.ColumnDefinitions;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Binds all values of a statement at once, and refuses those that cannot be all. Stateless. */
final class Binding {
  private Binding() {}

  static BoundStatement positional(PreparedStatement prepared, @Nullable Object[] all) {
    Objects.requireNonNull(all, "values; for one value that is null write (Object) null");
    int variables = prepared.variables().size();
    if (all.length > variables) {
      throw miscounted(prepared, "Too many values", all.length, variables + " expected");
    }
    if (all.length < variables) {
      checkMayBeShort(prepared, all.length);
    }
    BoundStatement bound = new BoundStatement(prepared);
    for (int i = 0; i < all.length; i++) {
      bound.set(i, all[i]);
    }
    checkComplete(bound);
    return bound;
  }

  static BoundStatement named(
      PreparedStatement prepared, Map<String, ? extends @Nullable Object> named) {
    ColumnDefinitions variables = prepared.variables();
    BoundStatement bound = new BoundStatement(prepared);
    for (int i = 0; i < variables.size(); i++) {
      String name = variables.name(i);
      if (named.containsKey(name)) {
        bound.set(i, named.get(name));
      }
    }
    checkComplete(bound);
    return bound;
  }

  private static void checkMayBeShort(PreparedStatement prepared, int count) {
    ProtocolVersion version = prepared.version();
    if (!version.hasUnset()) {
      throw miscounted(
          prepared,
          "Too few values",
          count,
          prepared.variables().size()
              + " expected, for protocol "
              + version
              + " has no unset ones");
    }
    int required = 0;
    for (int index : prepared.partitionKey()) {
      required = Math.max(required, index + 1);
    }
    if (count < required) {
      throw miscounted(
          prepared, "Too few values", count, required + " required for the partition key");
    }
  }

  /** Refuses to leave unset what must not be, as soon as all values are there that will be. */
  private static void checkComplete(BoundStatement bound) {
    PreparedStatement prepared = bound.preparedStatement();
    int unset = bound.values().firstUnset();
    if (unset < 0) {
      return;
    }
    if (!prepared.version().hasUnset()) {
      throw unsetRefused(prepared, unset, prepared.version());
    }
    for (int index : prepared.partitionKey()) {
      if (bound.values().isUnset(index)) {
        throw keyRefused(prepared, index, "not set");
      }
    }
  }

  private static InvalidStatementException miscounted(
      PreparedStatement prepared, String what, int count, String rather) {
    return new InvalidStatementException(
        what
            + " for \""
            + prepared.query()
            + "\": got "
            + count
            + ", "
            + rather
            + "; its variables are "
            + prepared.variables());
  }

  static InvalidStatementException keyRefused(
      PreparedStatement prepared, int variable, String what) {
    return new InvalidStatementException(
        "The partition key column '"
            + prepared.variables().name(variable)
            + "' of \""
            + prepared.query()
            + "\" is "
            + what
            + "; set variable "
            + variable
            + " before the statement is executed");
  }

  static WrongTypeException typeRefused(PreparedStatement prepared, int variable, String asked) {
    return new WrongTypeException(
        "Variable '"
            + prepared.variables().name(variable)
            + "' ("
            + variable
            + ") has type "
            + prepared.variables().type(variable)
            + "; a "
            + asked
            + " does not fit it. Use the setter of that type, or set(i, value)");
  }

  static InvalidStatementException unsetRefused(
      PreparedStatement statement, int variable, ProtocolVersion version) {
    return new InvalidStatementException(
        "Variable '"
            + statement.variables().name(variable)
            + "' ("
            + variable
            + ") of \""
            + statement.query()
            + "\" is not set, and protocol "
            + version
            + " cannot leave a value unset; set it, or set it to null, which deletes the column");
  }
}
