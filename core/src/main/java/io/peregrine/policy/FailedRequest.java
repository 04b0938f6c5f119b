package io.peregrine.policy;

import io.peregrine.Node;
import io.peregrine.Statement;
import org.jspecify.annotations.Nullable;

/** A request that a node did not answer as asked. Valid during the call that gets it. */
public interface FailedRequest {
  /**
   * What was to be executed. Its owner may have changed it since.
   *
   * @return the statement; null for a PREPARE
   */
  @Nullable Statement<?> statement();

  /**
   * Whether it does no harm to execute it twice: because the application says so, or because it is
   * known to write nothing.
   *
   * @return true if it does no harm
   */
  boolean isIdempotent();

  /**
   * How often a policy has had the request sent again before.
   *
   * @return 0 when it failed for the first time
   */
  int retries();

  /**
   * Where it failed.
   *
   * @return the node
   */
  Node node();
}
