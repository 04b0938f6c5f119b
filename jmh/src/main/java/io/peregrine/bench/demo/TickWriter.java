package io.peregrine.bench.demo;

import io.peregrine.BoundStatement;
import io.peregrine.Session;
import io.peregrine.codec.row.RowCursor;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/**
 * Writes every tick once, as fast as the server takes them: a closed loop with a bound on what is
 * in flight. Confined to the application thread; answers are counted on the agent's.
 */
final class TickWriter {
  /** How many writes may wait for their answers. */
  static final int MAX_IN_FLIGHT = 512;

  private static final long LONGEST_PARK_NANOS = 100_000;

  private final Session session;
  private final TickTape tape;
  private final BoundStatement insert;
  private final IdleStrategy idle = new BackoffIdleStrategy(10, 20, 1_000, LONGEST_PARK_NANOS);
  private final Acknowledgements acknowledgements = new Acknowledgements();
  private long checksum;

  TickWriter(Session session, Market market, TickTape tape) {
    this.session = session;
    this.tape = tape;
    this.insert = market.insert();
  }

  /** A write's answer says all by being one. */
  private static final class Acknowledgements extends Answers {
    @Override
    void onAnswer(long correlationId, RowCursor rows) {}
  }

  /**
   * Offers all ticks and waits for the last answer. Makes no object for a tick.
   *
   * @throws DemoFailedException if a write failed
   */
  void run() {
    BoundStatement insert = this.insert;
    TickTape tape = this.tape;
    long checksum = 0;
    for (int tick = 0; tick < TickTape.TICKS; tick++) {
      Interruption.check();
      awaitCount(tick - MAX_IN_FLIGHT + 1);
      Market.bindTick(insert, tape, tick);
      offer(tick);
      checksum += tape.checksum(tick);
    }
    awaitCount(TickTape.TICKS);
    this.checksum = checksum;
    acknowledgements.checkNoErrors("writes");
  }

  Answers answers() {
    return acknowledgements;
  }

  /** The sum over the ticks that were offered. */
  long checksum() {
    return checksum;
  }

  private void offer(int tick) {
    long result = session.offer(insert, acknowledgements, tick);
    while (result != Session.ACCEPTED) {
      Refusals.check(result);
      idle.idle();
      result = session.offer(insert, acknowledgements, tick);
    }
    idle.reset();
  }

  private void awaitCount(long count) {
    while (acknowledgements.count() < count) {
      idle.idle();
    }
    idle.reset();
  }
}
