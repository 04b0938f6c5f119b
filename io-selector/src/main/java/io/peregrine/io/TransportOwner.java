package io.peregrine.io;

import io.peregrine.codec.OffHeapMemory;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;

/**
 * The connection that a transport carries bytes for. Confined to the agent's thread, but for {@link
 * #resume}.
 */
public interface TransportOwner {
  /**
   * Where the connection leads.
   *
   * @return the server's address, with the name that it was looked up by, if there was one
   */
  InetSocketAddress remoteAddress();

  /**
   * Where off-heap memory comes from.
   *
   * @return memory that is counted
   */
  OffHeapMemory memory();

  /**
   * Runs what takes longer than the agent may be kept.
   *
   * @return {@link SelectorContext#handshakes}
   */
  Executor executor();

  /** Has the agent go on with this connection, soon. Any thread may call it. */
  void resume();
}
