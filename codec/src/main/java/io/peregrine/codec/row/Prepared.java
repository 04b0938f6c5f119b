package io.peregrine.codec.row;

/**
 * A prepared statement, as the server describes it (v5 specification, section 4.2.5.4). Immutable
 * as long as nobody writes to its arrays; any thread may use it.
 *
 * <p>Its arrays are not copied: they are for the driver alone.
 *
 * @param id what EXECUTE names the statement by
 * @param resultMetadataId what EXECUTE names the known result columns by; empty in versions without
 *     it
 * @param variables the bound variables
 * @param partitionKeyIndexes for each column of the partition key, in its order, the variable that
 *     holds it; empty if the statement does not bind all of them, and in v3
 * @param resultColumns the columns of the result; empty if they are not known
 * @param hasResultColumns whether the server described the result's columns
 */
public record Prepared(
    byte[] id,
    byte[] resultMetadataId,
    ColumnDefinitions variables,
    int[] partitionKeyIndexes,
    ColumnDefinitions resultColumns,
    boolean hasResultColumns) {}
