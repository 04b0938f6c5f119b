package io.peregrine.conductor;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.compress.Compression;
import org.jspecify.annotations.Nullable;

/**
 * How to find and reach the cluster. Immutable.
 *
 * @param contactPoints where to look for it
 * @param port the CQL port of nodes that do not tell theirs
 * @param version the protocol version to speak, or null for the newest that the server speaks
 * @param compression what to agree on with each server
 * @param connectTimeoutNanos how long connecting to a node may take, in ns
 * @param controlTimeoutNanos how long each query of the driver's own may take, in ns
 */
public record ContactSettings(
    ContactPoints contactPoints,
    int port,
    @Nullable ProtocolVersion version,
    Compression compression,
    long connectTimeoutNanos,
    long controlTimeoutNanos) {}
