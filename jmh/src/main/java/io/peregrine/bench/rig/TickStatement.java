package io.peregrine.bench.rig;

import io.peregrine.BoundStatement;
import io.peregrine.Session;

/** The one statement of a workload, bound anew for each request. Confined to one thread. */
final class TickStatement {
  private final boolean writes;
  private final BoundStatement statement;

  TickStatement(Session session, Shape shape) {
    writes = shape == Shape.WRITE;
    statement = session.prepare(shape.query()).bind();
  }

  BoundStatement bind(long key) {
    BoundStatement statement = this.statement;
    statement.setLong(0, key);
    if (writes) {
      statement.setInt(1, Ticks.size(0));
      statement.setLong(2, Ticks.ts(0));
      statement.setDouble(3, Ticks.price(0));
      statement.setString(4, Ticks.VENUE);
    }
    return statement;
  }
}
