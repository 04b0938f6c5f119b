package io.peregrine.bench.rig;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * The floor: the application's own thread writes and reads the socket. What a driver takes beyond
 * it is the driver's. Confined to the thread that opened it.
 */
public final class FloorDriver implements Driver, RawConnection.Listener {
  private final RawConnection connection;
  private final Answers answers;
  private final boolean sync;
  private long checksum;

  private FloorDriver(InetSocketAddress server, Workload workload, Answers answers)
      throws IOException {
    this.answers = answers;
    sync = workload.mode() == Workload.Mode.SYNC;
    boolean blocking = workload.mode() != Workload.Mode.OPEN;
    connection = new RawConnection(server, workload.shape(), blocking, this);
  }

  /** Makes them. */
  public static final class Plugin implements Driver.Plugin {
    /** Has no state. */
    public Plugin() {}

    @Override
    public Driver open(InetSocketAddress server, Workload workload, Answers answers)
        throws IOException {
      return new FloorDriver(server, workload, answers);
    }
  }

  @Override
  public long execute(long key) throws IOException {
    connection.append(key, 0);
    connection.flush();
    while (connection.read() == 0) {
      Thread.onSpinWait(); // A part of a large answer.
    }
    return checksum;
  }

  @Override
  public boolean send(long key, long token) {
    if (!connection.hasRoom()) {
      return false;
    }
    connection.append(key, token);
    return true;
  }

  @Override
  public boolean isPolled() {
    return true;
  }

  @Override
  public void poll(boolean mayWait) throws IOException {
    connection.flush();
    if (connection.inFlight() > 0) {
      connection.read();
    }
  }

  @Override
  public void onAnswer(long token, long checksum) {
    if (sync) {
      this.checksum = checksum;
    } else {
      answers.onAnswer(token, checksum);
    }
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
