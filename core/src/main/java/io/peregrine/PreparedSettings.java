package io.peregrine;

/**
 * Where statements are prepared, beside the node that is asked to. Immutable.
 *
 * @param onAllHosts whether on all other nodes at once
 * @param onUp whether on nodes that come up or are new, before requests go there
 */
record PreparedSettings(boolean onAllHosts, boolean onUp) {}
