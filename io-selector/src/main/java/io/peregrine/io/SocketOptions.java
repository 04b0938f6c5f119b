package io.peregrine.io;

import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * The options that sockets get before they connect. Immutable.
 *
 * <p>Each is tried on a socket that is thrown away, so that one which this system does not have is
 * refused here, and not when the first connection is opened.
 */
public final class SocketOptions {
  /** TCP_NODELAY, and all else as the system has it. */
  public static final SocketOptions DEFAULT =
      new SocketOptions(Map.of(StandardSocketOptions.TCP_NODELAY, true));

  private final Map<SocketOption<?>, Object> values;

  private SocketOptions(Map<SocketOption<?>, Object> values) {
    this.values = values;
  }

  /**
   * These options and one more.
   *
   * @param option the option
   * @param value its value, in place of the one it has here
   * @param <T> the type of the value
   * @return other options
   * @throws IllegalArgumentException if TCP sockets of this system do not have the option, or not
   *     with this value
   */
  public <T> SocketOptions with(SocketOption<T> option, T value) {
    try (SocketChannel probe = SocketChannel.open()) {
      if (!probe.supportedOptions().contains(option)) {
        throw unsupported(probe, option);
      }
      set(probe, option, value);
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the socket option " + option.name() + " cannot be " + value + ": " + e.getMessage(), e);
    }
    Map<SocketOption<?>, Object> more = new LinkedHashMap<>(values);
    more.put(option, value);
    return new SocketOptions(more);
  }

  private static IllegalArgumentException unsupported(SocketChannel probe, SocketOption<?> option) {
    TreeSet<String> names = new TreeSet<>();
    for (SocketOption<?> supported : probe.supportedOptions()) {
      names.add(supported.name());
    }
    return new IllegalArgumentException("TCP sockets have it not; they have " + names);
  }

  /** Sets them all on a socket that is not connected yet. */
  void applyTo(SocketChannel socket) throws IOException {
    for (Map.Entry<SocketOption<?>, Object> entry : values.entrySet()) {
      set(socket, entry.getKey(), entry.getValue());
    }
  }

  private static <T> void set(SocketChannel socket, SocketOption<T> option, Object value)
      throws IOException {
    socket.setOption(option, option.type().cast(value));
  }
}
