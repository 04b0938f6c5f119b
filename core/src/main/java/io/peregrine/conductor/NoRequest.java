package io.peregrine.conductor;

import io.peregrine.Node;
import io.peregrine.metadata.Replicas;
import io.peregrine.policy.RoutingRequest;
import org.jspecify.annotations.Nullable;

/** What policies are asked with when the driver itself looks for a node. Any thread may use it. */
enum NoRequest implements RoutingRequest {
  /** The only one. */
  INSTANCE;

  @Override
  public Replicas replicas() {
    return Replicas.NONE;
  }

  @Override
  public boolean isConditional() {
    return false;
  }

  @Override
  public @Nullable Node target() {
    return null;
  }

  @Override
  public int turn() {
    return 0;
  }

  @Override
  public int inFlight(Node node) {
    return 0;
  }
}
