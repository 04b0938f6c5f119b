/**
 * What the driver knows of the cluster: nodes, keyspaces and what is in them, and which node has
 * which keys. Immutable snapshots, made by the conductor; any thread may read them.
 */
@NullMarked
package io.peregrine.metadata;

import org.jspecify.annotations.NullMarked;
