package io.peregrine.conductor;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Asks a node a query of the driver's own. Called on the conductor's thread. */
@FunctionalInterface
interface SchemaQuery {
  /**
   * Asks for all rows, however many there are.
   *
   * @param text the query
   * @return the rows by the names of their columns, on the conductor's thread
   */
  CompletableFuture<List<Map<String, @Nullable Object>>> ask(String text);
}
