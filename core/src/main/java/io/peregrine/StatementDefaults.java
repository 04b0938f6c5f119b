package io.peregrine;

import io.peregrine.codec.ConsistencyLevel;
import org.jspecify.annotations.Nullable;

/**
 * What bound statements have from their prepared statement. Immutable.
 *
 * @param consistency the consistency, or null for the cluster's default
 * @param serialConsistency the serial consistency, or null to leave it to the server
 * @param pageSize rows in a page, or {@link Statement#UNSET}
 * @param timeoutNanos how long the answer may take, in ns, or {@link Statement#UNSET}
 * @param idempotent whether it does no harm to execute them twice
 */
record StatementDefaults(
    @Nullable ConsistencyLevel consistency,
    @Nullable ConsistencyLevel serialConsistency,
    int pageSize,
    long timeoutNanos,
    boolean idempotent) {
  static final StatementDefaults NONE =
      new StatementDefaults(null, null, Statement.UNSET, Statement.UNSET, false);
}
