package io.peregrine.io;

import io.peregrine.codec.DriverException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Notes what becomes of a connection. Written by the agent's thread, read by any. */
class RecordingListener implements ConnectionListener {
  final List<DriverException> closed = new CopyOnWriteArrayList<>();
  volatile int ready;
  volatile int draining;
  volatile int events;
  volatile Runnable afterClosed = () -> {};
  Connection connection;

  @Override
  public void onReady(Connection connection) {
    ready = ready + 1;
  }

  @Override
  public void onDraining(Connection connection, DriverException cause) {
    draining = draining + 1;
  }

  @Override
  public void onClosed(Connection connection, DriverException cause) {
    closed.add(cause);
    afterClosed.run();
  }

  @Override
  public void onEvent(Response event) {
    events = events + 1;
  }

  HandshakeException handshakeFailure() {
    return (HandshakeException) closed.get(0);
  }
}
