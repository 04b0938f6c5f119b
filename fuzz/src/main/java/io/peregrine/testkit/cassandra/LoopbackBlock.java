package io.peregrine.testkit.cassandra;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.jspecify.annotations.Nullable;

/**
 * Loopback addresses 127.0.k.1 to 127.0.k.n that one cluster has for itself, with the ports it uses
 * on all of them. Immutable but for its closing, so any thread may use it.
 *
 * <p>The block is held by a listening socket on 127.0.k.254, so that clusters of several processes
 * keep clear of each other; the system lets go of it when the process ends.
 */
final class LoopbackBlock implements AutoCloseable {
  private static final int CLAIM_PORT = 9040;
  private static final int CLAIM_HOST = 254;
  private static final int BLOCKS = 250;
  // The second and third pair serve where another server listens on the usual ports of all
  // addresses.
  private static final int[] NATIVE_PORTS = {9042, 19042, 29042};
  private static final int[] STORAGE_PORTS = {7000, 17000, 27000};

  private final ServerSocket claim;
  private final int block;
  private final int nativePort;
  private final int storagePort;

  private LoopbackBlock(ServerSocket claim, int block, int nativePort, int storagePort) {
    this.claim = claim;
    this.block = block;
    this.nativePort = nativePort;
    this.storagePort = storagePort;
  }

  /** Finds a block whose ports are free on {@code nodes} addresses, and holds it. */
  static LoopbackBlock claim(int nodes) {
    // Processes that start together begin at different places.
    int first = (int) (ProcessHandle.current().pid() % BLOCKS);
    for (int ports = 0; ports < NATIVE_PORTS.length; ports++) {
      for (int i = 0; i < BLOCKS; i++) {
        int block = 1 + (first + i) % BLOCKS;
        LoopbackBlock claimed = tryClaim(block, nodes, NATIVE_PORTS[ports], STORAGE_PORTS[ports]);
        if (claimed != null) {
          return claimed;
        }
      }
    }
    throw new IllegalStateException(
        "no block of "
            + nodes
            + " loopback addresses 127.0.k.1.. could be bound. Linux has them without setup; elsewhere"
            + " add them to the loopback interface, or name a running server with -D"
            + SharedCassandra.CONTACT_POINT_PROP_NAME
            + "=host:port.");
  }

  private static @Nullable LoopbackBlock tryClaim(
      int block, int nodes, int nativePort, int storagePort) {
    ServerSocket claim = tryBind(block, CLAIM_HOST, CLAIM_PORT);
    if (claim == null) {
      return null;
    }
    for (int node = 0; node < nodes; node++) {
      if (!isFree(block, node + 1, nativePort) || !isFree(block, node + 1, storagePort)) {
        closeQuietly(claim);
        return null;
      }
    }
    return new LoopbackBlock(claim, block, nativePort, storagePort);
  }

  private static boolean isFree(int block, int host, int port) {
    ServerSocket socket = tryBind(block, host, port);
    if (socket == null) {
      return false;
    }
    closeQuietly(socket);
    return true;
  }

  private static @Nullable ServerSocket tryBind(int block, int host, int port) {
    try {
      return new ServerSocket(port, 1, address(block, host));
    } catch (IOException taken) {
      return null;
    }
  }

  private static InetAddress address(int block, int host) {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, (byte) block, (byte) host});
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** The address of a node, counted from 0. */
  InetAddress address(int node) {
    return address(block, node + 1);
  }

  /** Where a node, counted from 0, listens for CQL clients. */
  InetSocketAddress nativeAddress(int node) {
    return new InetSocketAddress(address(node), nativePort);
  }

  /** Where a node, counted from 0, listens for other nodes. */
  InetSocketAddress storageAddress(int node) {
    return new InetSocketAddress(address(node), storagePort);
  }

  @Override
  public void close() {
    closeQuietly(claim);
  }

  private static void closeQuietly(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException ignored) {
      // A listening socket without connections has nothing to lose.
    }
  }
}
