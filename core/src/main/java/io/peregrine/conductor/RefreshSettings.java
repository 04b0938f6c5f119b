package io.peregrine.conductor;

/**
 * What is known of the cluster beside its nodes, and how soon it is looked at again. Immutable.
 *
 * @param schema whether keyspaces, and what is in them, are read
 * @param tokens whether tokens are read, and which node has which keys is computed
 * @param agreementNanos how long to wait for the nodes to have one schema, in ns; not positive not
 *     to wait
 * @param schemaWindowNanos over how long schema events are spread, in ns; negative to ignore them
 * @param topologyWindowNanos over how long events of new nodes are spread, in ns; negative to
 *     ignore them
 * @param statusWindowNanos over how long events of nodes that are up are spread, in ns
 * @param mostAttempts how many nodes are tried at once, and how many connections of sessions are
 *     opened at once, at least 1
 */
public record RefreshSettings(
    boolean schema,
    boolean tokens,
    long agreementNanos,
    long schemaWindowNanos,
    long topologyWindowNanos,
    long statusWindowNanos,
    int mostAttempts) {}
