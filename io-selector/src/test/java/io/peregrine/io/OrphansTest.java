package io.peregrine.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrphansTest {
  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 10", "4, 100"})
  void oldestIsWhatTheModelSaysInWhateverOrderTheyLeave(long seed, int limit) {
    Random random = new Random(seed);
    Orphans orphans = new Orphans(limit);
    Map<Integer, Long> model = new LinkedHashMap<>();
    long now = -500;
    assertThat(orphans.ageNanos(now)).isZero();
    for (int step = 0; step < 20_000; step++) {
      now += random.nextInt(10);
      int id = random.nextInt(limit);
      if (model.containsKey(id)) {
        orphans.remove(id);
        model.remove(id);
      } else if (random.nextInt(3) > 0 || model.isEmpty()) {
        orphans.add(id, now);
        model.put(id, now);
      } else {
        List<Integer> ids = new ArrayList<>(model.keySet());
        int oldest = ids.get(0);
        orphans.remove(oldest);
        model.remove(oldest);
      }
      assertThat(orphans.count()).isEqualTo(model.size());
      long since = model.isEmpty() ? now : model.values().iterator().next();
      assertThat(orphans.ageNanos(now)).isEqualTo(now - since);
    }
  }
}
