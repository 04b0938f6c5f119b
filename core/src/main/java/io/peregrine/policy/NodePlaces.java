package io.peregrine.policy;

import io.peregrine.metadata.TokenMap;

/**
 * Where a session has the nodes of a token map, so that none need be looked for. Any thread may
 * ask.
 */
public interface NodePlaces {
  /**
   * The place of a node.
   *
   * @param node its index in {@link TokenMap#nodes}
   * @return at least 0; -1 if the session is not connected to it
   */
  int place(int node);

  /**
   * How many requests are on their way to a node.
   *
   * @param node its index in {@link TokenMap#nodes}
   * @return those of the session, at least 0; {@link Integer#MAX_VALUE} if it is not connected to
   *     the node
   */
  int inFlight(int node);
}
