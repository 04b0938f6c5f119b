package io.peregrine.policy;

import io.peregrine.Node;
import io.peregrine.Statement;
import org.jspecify.annotations.Nullable;

/**
 * A request that has failed on some node, of which only the number of retries is known.
 *
 * @param retries how often a policy has had it sent again before
 */
record PlainFailure(int retries) implements FailedRequest {
  @Override
  public @Nullable Statement<?> statement() {
    return null;
  }

  @Override
  public boolean isIdempotent() {
    return true;
  }

  @Override
  public Node node() {
    return new PlainNode(1, "dc1", "r1");
  }
}
