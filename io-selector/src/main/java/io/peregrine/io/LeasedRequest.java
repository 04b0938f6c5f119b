package io.peregrine.io;

import org.jspecify.annotations.Nullable;

/**
 * What stands beside the ring for a large request: its bytes, and the object that the caller gave.
 * Immutable.
 */
record LeasedRequest(BufferLease lease, @Nullable Object pinned) {}
