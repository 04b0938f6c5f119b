package io.peregrine.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private static final int TURNS = 1_000;

  @Test
  void turnsOfAThreadFollowEachOtherWhateverOthersDo() throws Exception {
    TurnCounter turns = new TurnCounter();
    int first = turns.next();
    List<Integer> others = new ArrayList<>();
    Runnable counting =
        () -> {
          for (int i = 0; i < TURNS; i++) {
            others.add(turns.next());
          }
        };
    Thread other = new Thread(counting);
    while (place(other) == place(Thread.currentThread())) {
      other = new Thread(counting);
    }
    other.start();
    other.join();
    assertThat(turns.next()).isEqualTo(first + 1);
    assertThat(others)
        .isEqualTo(IntStream.range(others.get(0), others.get(0) + TURNS).boxed().toList());
  }

  @SuppressWarnings("deprecation") // threadId() came with Java 19
  private static long place(Thread thread) {
    return thread.getId() % 32;
  }

  @Test
  void threadsDoNotAllBeginWithTheSameNode() throws Exception {
    TurnCounter turns = new TurnCounter();
    List<Integer> begins = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Thread thread = new Thread(() -> begins.add(turns.next()));
      thread.start();
      thread.join();
    }
    assertThat(begins).doesNotHaveDuplicates();
  }
}
