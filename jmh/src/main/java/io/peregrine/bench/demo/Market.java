package io.peregrine.bench.demo;

import io.peregrine.AlreadyExistsException;
import io.peregrine.BoundStatement;
import io.peregrine.PreparedStatement;
import io.peregrine.Session;

/**
 * The keyspace of the demo and its statements. Confined to the application thread, but for {@link
 * #close()}, which a shutdown hook may call too.
 *
 * <p>It touches nothing that it has not made: a keyspace of that name that is there already is left
 * alone, and ends the demo.
 */
final class Market implements AutoCloseable {
  private final Session session;
  private final String keyspace;
  private final boolean keep;
  private final PreparedStatement insert;
  private final PreparedStatement selectOne;
  private final PreparedStatement selectDay;

  // Guarded by this.
  private boolean closed;

  private Market(Session session, String keyspace, boolean keep) {
    this.session = session;
    this.keyspace = keyspace;
    this.keep = keep;
    String table = keyspace + ".ticks";
    insert =
        session.prepare(
            "INSERT INTO "
                + table
                + " (symbol, day, ts, price, size, venue)"
                + " VALUES (?, ?, ?, ?, ?, ?)");
    selectOne =
        session.prepare(
            "SELECT price, size FROM " + table + " WHERE symbol = ? AND day = ? AND ts = ?");
    selectDay =
        session.prepare(
            "SELECT symbol, day, ts, price, size, venue FROM "
                + table
                + " WHERE symbol = ? AND day = ?");
  }

  /**
   * Makes keyspace and table.
   *
   * @param keep whether they stay when the demo ends
   * @throws DemoFailedException if the keyspace exists
   */
  static Market open(Session session, String keyspace, boolean keep) {
    try {
      session.execute(
          "CREATE KEYSPACE "
              + keyspace
              + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
    } catch (AlreadyExistsException e) {
      throw new DemoFailedException(
          "The keyspace "
              + keyspace
              + " exists already. The demo drops the keyspace that it makes,"
              + " so it takes no other: drop it, or name another with -Ddemo.keyspace=<name>.");
    }
    session.execute(
        "CREATE TABLE "
            + keyspace
            + ".ticks (symbol text, day int, ts timestamp, price double,"
            + " size int, venue text, PRIMARY KEY ((symbol, day), ts))");
    return new Market(session, keyspace, keep);
  }

  /** A statement that writes one tick; {@link #bindTick} gives it its values. */
  BoundStatement insert() {
    return insert.bind();
  }

  /** A statement that reads price and size of one tick; {@link #bindKey} gives it its values. */
  BoundStatement selectOne() {
    return selectOne.bind();
  }

  /** A statement that reads all ticks of one symbol and day. */
  BoundStatement selectDay(String symbol, int day) {
    return selectDay.bind(symbol, day);
  }

  static void bindTick(BoundStatement insert, TickTape tape, int tick) {
    bindKey(insert, tape, tick);
    insert.setDouble(3, tape.price(tick)).setInt(4, tape.size(tick));
    insert.setString(5, tape.venue(tick));
  }

  static void bindKey(BoundStatement statement, TickTape tape, int tick) {
    statement.setString(0, tape.symbol(tick)).setInt(1, tape.day(tick));
    statement.setLong(2, tape.timestamp(tick));
  }

  /** Drops the keyspace, unless it is to be kept. A second call does nothing. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      if (!keep) {
        Thread.interrupted(); // A thread that is told to stop still has this to do.
        session.execute("DROP KEYSPACE IF EXISTS " + keyspace);
      }
    }
  }
}
