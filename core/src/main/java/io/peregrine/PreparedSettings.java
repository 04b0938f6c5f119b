package io.peregrine;

/**
 * Where statements are prepared, beside the node that is asked to, and how many are remembered.
 * Immutable.
 *
 * @param onAllHosts whether on all other nodes at once
 * @param onUp whether on nodes that come up or are new, before requests go there
 * @param cacheSize how many are remembered, at least 0
 */
record PreparedSettings(boolean onAllHosts, boolean onUp, int cacheSize) {}
