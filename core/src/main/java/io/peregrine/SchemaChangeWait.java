package io.peregrine;

import io.peregrine.codec.envelope.SchemaChange;
import io.peregrine.io.Connection;
import java.util.concurrent.CompletableFuture;

/** What has to be waited for when a request has changed the schema. Any thread may use it. */
@FunctionalInterface
interface SchemaChangeWait {
  /**
   * A request has changed the schema.
   *
   * @param connection the connection that it went over
   * @param change what has changed
   * @param mostNanos how long the request may still take, in ns; 0 for as long as it takes
   * @return whether all nodes know, when they do or are not waited for any longer
   */
  CompletableFuture<Boolean> begin(Connection connection, SchemaChange change, long mostNanos);
}
