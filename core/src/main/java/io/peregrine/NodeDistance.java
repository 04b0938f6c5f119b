package io.peregrine;

/** How near a node is, in the order of preference. */
public enum NodeDistance {
  /** It is connected to, and asked first. */
  LOCAL,
  /** It is connected to, and asked if no local node can be. */
  REMOTE,
  /** It is not connected to, and never asked; but a contact point is, who is in the cluster. */
  IGNORED
}
