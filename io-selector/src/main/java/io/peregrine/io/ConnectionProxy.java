package io.peregrine.io;

import io.peregrine.codec.DriverException;

/** Tells an agent to open and close connections. Any thread may use it; nothing blocks. */
public final class ConnectionProxy {
  private static final Runnable NOTHING = () -> {};

  private final SelectorAgent agent;

  ConnectionProxy(SelectorAgent agent) {
    this.agent = agent;
  }

  /**
   * Opens a connection.
   *
   * @param request where to, and how
   * @param listener is told what becomes of it
   * @return the connection, which is not ready yet
   */
  public Connection connect(ConnectRequest request, ConnectionListener listener) {
    Connection connection = new Connection(agent, request, listener);
    agent.command(connection::open);
    return connection;
  }

  /**
   * Closes a connection; what is in flight on it fails.
   *
   * @param connection one of this agent's
   * @param cause what its listener and its requests are told
   */
  public void close(Connection connection, DriverException cause) {
    agent.command(() -> connection.fail(cause));
  }

  /**
   * Runs something on the agent's thread, soon; once the agent has ended, perhaps on the calling
   * one.
   *
   * @param task must not block; what it throws is reported as a fault of the agent's
   */
  public void run(Runnable task) {
    agent.command(task);
  }

  /** Ends the agent's sleep, or keeps it from falling asleep next time it would. */
  public void wakeUp() {
    agent.command(NOTHING);
  }

  /** Ends the agent: its connections close, and everything in flight fails. */
  public void closeAgent() {
    agent.command(agent::end);
  }
}
