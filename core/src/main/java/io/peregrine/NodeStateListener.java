package io.peregrine;

/**
 * Is told what happens to nodes. Called on the conductor's thread, so it must not block; what it
 * throws is logged.
 */
public interface NodeStateListener {
  /**
   * A node has become known. The first ones are told too.
   *
   * @param node the node
   */
  default void onAdd(Node node) {}

  /**
   * A node can be reached again.
   *
   * @param node the node
   */
  default void onUp(Node node) {}

  /**
   * A node cannot be reached any more.
   *
   * @param node the node
   */
  default void onDown(Node node) {}

  /**
   * A node has left the cluster.
   *
   * @param node the node
   */
  default void onRemove(Node node) {}
}
