package io.peregrine.io;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Connections that wait for something to be done once each. Confined to the agent's thread. */
final class Turns {
  private final List<Connection> waiting = new ArrayList<>();
  private final Consumer<Connection> turn;

  Turns(Consumer<Connection> turn) {
    this.turn = turn;
  }

  void add(Connection connection) {
    waiting.add(connection);
  }

  /**
   * Gives each connection its turn. Those that are added meanwhile come the next time.
   *
   * @return how many there were
   */
  int take() {
    List<Connection> waiting = this.waiting;
    int count = waiting.size();
    for (int i = 0; i < count; i++) {
      turn.accept(waiting.get(i));
    }
    if (waiting.size() == count) {
      waiting.clear();
    } else {
      // A view of a part of a list is an object, which the usual case does without.
      waiting.subList(0, count).clear();
    }
    return count;
  }
}
