package io.peregrine.metadata;

import io.peregrine.Node;
import java.util.Collection;

/**
 * A node and the tokens that it owns. As immutable as the collection it is given.
 *
 * @param node the node
 * @param tokens the tokens, as the system tables have them; empty if the node has none, or does not
 *     tell
 */
public record NodeTokens(Node node, Collection<String> tokens) {}
