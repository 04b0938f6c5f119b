package io.peregrine.testkit.cassandra;

import java.net.InetSocketAddress;

/**
 * A Cassandra that answers CQL clients. Any thread may call it.
 *
 * <p>Who started it, and how, is its own affair: a test that takes one of these runs against a
 * forked node, a container, or a server that was there before.
 */
public interface CassandraServer extends AutoCloseable {
  /**
   * The address at which CQL clients connect.
   *
   * @return the resolved address, never null
   */
  InetSocketAddress contactPoint();

  /**
   * Asks the server to leave its logs behind when it is closed, because a test failed.
   *
   * @return where the logs are, in words for the reader of a failed build; never null
   */
  String keepLogs();

  /** Stops the server if the test kit started it. A second call does nothing. */
  @Override
  void close();
}
