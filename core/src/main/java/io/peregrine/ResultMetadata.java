package io.peregrine;

import io.peregrine.codec.row.ColumnDefinitions;

/**
 * The columns of a prepared statement's result with the id that goes with them. Immutable: a request
 * holds on to the pair that it was sent with, and its answer is read by that and no other.
 *
 * @param statement the statement
 * @param id what the server knows the columns by; empty before protocol version 5
 * @param columns the columns
 */
record ResultMetadata(PreparedStatement statement, byte[] id, ColumnDefinitions columns) {}
