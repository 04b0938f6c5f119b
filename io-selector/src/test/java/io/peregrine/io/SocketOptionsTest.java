package io.peregrine.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.ScriptedServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class SocketOptionsTest {
  /** What a connection's socket says of an option, once it is connected. */
  private static <T> T ofAConnection(SocketOptions options, SocketOption<T> option) {
    SocketChannel[] socket = new SocketChannel[1];
    SelectorContext context =
        new SelectorContext()
            .socketOptions(options)
            .transports(
                (channel, owner) -> {
                  socket[0] = channel;
                  return TransportFactory.PLAIN.open(channel, owner);
                });
    try (ScriptedServer server = ScriptedServer.start();
        InvokedAgent agent = new InvokedAgent(context)) {
      agent.connect(server.address(), ProtocolVersion.V5);
      return socket[0].getOption(option);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void nagleIsOffUnlessSaidOtherwise() {
    SocketOption<Boolean> option = StandardSocketOptions.TCP_NODELAY;
    assertThat(ofAConnection(SocketOptions.DEFAULT, option)).isTrue();
    assertThat(ofAConnection(SocketOptions.DEFAULT.with(option, false), option)).isFalse();
  }

  @Test
  void optionsAreSetOnTheSocketsOfConnections() {
    SocketOption<Boolean> option = StandardSocketOptions.SO_KEEPALIVE;
    assertThat(ofAConnection(SocketOptions.DEFAULT, option)).isFalse();
    assertThat(ofAConnection(SocketOptions.DEFAULT.with(option, true), option)).isTrue();
    SocketOptions buffers =
        SocketOptions.DEFAULT
            .with(StandardSocketOptions.SO_RCVBUF, 50_000)
            .with(StandardSocketOptions.SO_RCVBUF, 20_000);
    assertThat(ofAConnection(buffers, StandardSocketOptions.SO_RCVBUF)).isBetween(20_000, 45_000);
  }

  @Test
  void optionThatTcpSocketsDoNotHaveIsRefusedAtOnce() {
    assertThatThrownBy(
            () -> SocketOptions.DEFAULT.with(StandardSocketOptions.IP_MULTICAST_LOOP, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("IP_MULTICAST_LOOP")
        .hasMessageContaining("TCP_NODELAY");
  }

  @Test
  void valueThatAnOptionCannotHaveIsRefusedAtOnce() {
    assertThatThrownBy(() -> SocketOptions.DEFAULT.with(StandardSocketOptions.SO_SNDBUF, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("SO_SNDBUF cannot be -1");
  }
}
