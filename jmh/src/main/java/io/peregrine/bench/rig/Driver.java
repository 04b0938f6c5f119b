package io.peregrine.bench.rig;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * A driver under load: one connection, one prepared statement. All methods are called by the thread
 * that opened it.
 *
 * <p>A plug-in binds the key, and for a write the values of row 0, for each request anew; it reads
 * every cell of the answer, the way its API means it to be read, and sums them up by {@link Ticks}.
 * To add one: write it, and give it a line in {@link Entrant}.
 */
public interface Driver extends AutoCloseable {
  /** Makes drivers. It has a public constructor without parameters. */
  interface Plugin {
    /**
     * Connects, and prepares the workload's statement.
     *
     * @param server where to
     * @param workload what is to come
     * @param answers is told of the answers to {@link Driver#send}, by any one thread beside the
     *     caller's
     * @return the driver, ready
     * @throws Exception if it cannot connect
     */
    Driver open(InetSocketAddress server, Workload workload, Answers answers) throws Exception;
  }

  /**
   * Sends one request and waits for its answer.
   *
   * @param key the key to ask for, or to write
   * @return what the cells of the answer come to
   * @throws Exception if the request fails
   */
  long execute(long key) throws Exception;

  /**
   * Sends one request; {@link Answers} is told of its answer.
   *
   * @param key the key to ask for, or to write
   * @param token what to tell with the answer
   * @return false if the driver can take no request now
   * @throws Exception if the request cannot be sent
   */
  boolean send(long key, long token) throws Exception;

  /**
   * Whether the driver runs on the caller's thread, in {@link #poll}, and on no other.
   *
   * @return false by default
   */
  default boolean isPolled() {
    return false;
  }

  /**
   * Sends and receives, on the caller's thread.
   *
   * @param mayWait whether it may wait for answers, which there are to come
   * @throws Exception if the connection fails
   */
  default void poll(boolean mayWait) throws Exception {}

  @Override
  void close() throws IOException;
}
