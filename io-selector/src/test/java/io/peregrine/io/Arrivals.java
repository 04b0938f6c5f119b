package io.peregrine.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.testkit.server.Observations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * Knows when bytes have come on the latest socket, and reads none: what a server has written need
 * not be there at once. Confined to the test's thread.
 */
final class Arrivals implements TransportFactory {
  private SocketChannel latest;

  @Override
  public Transport open(SocketChannel channel, TransportOwner owner) {
    latest = channel;
    return TransportFactory.PLAIN.open(channel, owner);
  }

  void await() {
    try (Selector selector = Selector.open()) {
      latest.register(selector, SelectionKey.OP_READ);
      assertThat(selector.select(Observations.BOUND.toMillis())).as("bytes have come").isOne();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
