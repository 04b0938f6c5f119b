package io.peregrine.policy;

import io.peregrine.OperationTimedOutException;

/**
 * Says whether a node that failed counts as down. Each node has its own; confined to the
 * conductor's thread.
 */
public interface ConvictionPolicy {
  /**
   * A connection to the node could not be opened, or was lost.
   *
   * @param failure why
   * @return whether the node counts as down now
   */
  boolean addFailure(Throwable failure);

  /** The node is up. */
  void reset();

  /**
   * Convicts a node at once, but not for an answer that is only late.
   *
   * @return a new policy
   */
  static ConvictionPolicy simple() {
    return new ConvictionPolicy() {
      @Override
      public boolean addFailure(Throwable failure) {
        return !(failure instanceof OperationTimedOutException);
      }

      @Override
      public void reset() {
        // It remembers nothing.
      }
    };
  }
}
