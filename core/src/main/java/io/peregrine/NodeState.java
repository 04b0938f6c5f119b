package io.peregrine;

/** Whether a node can be reached, as far as the driver knows. */
public enum NodeState {
  /**
   * Nobody has tried yet, or nobody means to: the node is ignored, and what the cluster may have
   * said of it was missed.
   */
  UNKNOWN,
  /** It was reached last time, or the cluster says that it is there. */
  UP,
  /** It was not, and the driver tries again from time to time. */
  DOWN
}
