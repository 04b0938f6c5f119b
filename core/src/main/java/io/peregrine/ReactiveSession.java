package io.peregrine;

import java.util.concurrent.Flow;

/**
 * A session that publishes rows, page by page as a subscriber asks for them. The threads may use it
 * that may use the session; it goes by its connections, and is closed with it.
 *
 * <p>The first page is asked for at once, each other one when the rows before it have been taken
 * and more are requested. Rows are handed over on the thread that requests them, or on the thread
 * of the driver that brings their page: the subscriber must not block.
 */
public final class ReactiveSession {
  private final StatementSender sender;

  ReactiveSession(StatementSender sender) {
    this.sender = sender;
  }

  /**
   * Executes a query, as {@link Session#executeAsync(Statement)} does. Never waits.
   *
   * @param statement the statement; it may be changed or executed again at once
   * @return its rows, for one subscriber; a failure goes to him
   * @throws io.peregrine.codec.DriverException if the statement cannot be sent as it is
   */
  public Flow.Publisher<Row> execute(Statement<?> statement) {
    return execute(statement, RequestOptions.none());
  }

  /**
   * Executes a query, as {@link Session#executeAsync(Statement, RequestOptions)} does. Never waits.
   *
   * @param statement the statement; it may be changed or executed again at once
   * @param options what applies to this call, in the place of what is set on the statement
   * @return its rows, for one subscriber; a failure goes to him
   * @throws IllegalArgumentException if the cluster does not know the profile
   * @throws io.peregrine.codec.DriverException if the statement cannot be sent as it is
   */
  public Flow.Publisher<Row> execute(Statement<?> statement, RequestOptions options) {
    return new RowPublisher(sender.send(statement, options, null));
  }
}
