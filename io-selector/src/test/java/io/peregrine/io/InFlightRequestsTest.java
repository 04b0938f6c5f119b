package io.peregrine.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InFlightRequestsTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 128, 32_768})
  void everyStreamIdIsTakenOnceAndThenNone(int ids) {
    StreamIdAllocator allocator = new StreamIdAllocator(ids);
    Set<Integer> taken = new HashSet<>();
    for (int i = 0; i < ids; i++) {
      int id = allocator.take();
      assertThat(id).isBetween(0, ids - 1);
      assertThat(taken.add(id)).isTrue();
    }
    assertThat(allocator.take()).isEqualTo(StreamIdAllocator.NONE);
    assertThat(allocator.taken()).isEqualTo(ids);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 32_769})
  void idsThatDoNotExistAreRefused(int ids) {
    assertThatThrownBy(() -> new StreamIdAllocator(ids))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(String.valueOf(ids));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void noStreamIdLivesTwice(long seed) {
    Random random = new Random(seed);
    StreamIdAllocator allocator = new StreamIdAllocator(50);
    List<Integer> live = new ArrayList<>();
    for (int step = 0; step < 100_000; step++) {
      if (random.nextBoolean()) {
        int id = allocator.take();
        assertThat(id == StreamIdAllocator.NONE).isEqualTo(live.size() == 50);
        if (id != StreamIdAllocator.NONE) {
          assertThat(live).doesNotContain(id);
          live.add(id);
        }
      } else if (!live.isEmpty()) {
        allocator.giveBack(live.remove(random.nextInt(live.size())));
      }
      assertThat(allocator.taken()).isEqualTo(live.size());
    }
  }

  private record Model(long correlationId, long deadline, boolean orphan) {}

  @ParameterizedTest
  @CsvSource({"1, 8", "2, 64", "3, 1"})
  void requestsAreWhatTheModelSays(long seed, int limit) {
    Random random = new Random(seed);
    InFlightRequests requests = new InFlightRequests(limit);
    RecordingHandler handler = new RecordingHandler();
    Map<Integer, Model> model = new HashMap<>();
    long now = 0;
    for (int step = 0; step < 20_000; step++) {
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          int id = requests.open(handler, "a" + step, "p" + step, step);
          assertThat(id == StreamIdAllocator.NONE).isEqualTo(model.size() == limit);
          if (id != StreamIdAllocator.NONE) {
            long deadline =
                random.nextInt(5) == 0 ? Offer.NO_DEADLINE : now + 1 + random.nextInt(50);
            requests.times(id, now, now, deadline);
            assertThat(model.put(id, new Model(step, deadline, false))).isNull();
            assertThat(requests.attachment(id)).isEqualTo("a" + step);
            assertThat(requests.pinned(id)).isEqualTo("p" + step);
            assertThat(requests.retained(id)).isEqualTo(RetainedRequests.NONE);
            assertThat(requests.lease(id)).isNull();
          }
        }
        case 2 -> {
          if (!model.isEmpty()) {
            int id = new ArrayList<>(model.keySet()).get(random.nextInt(model.size()));
            Model request = model.remove(id);
            assertThat(requests.isOrphan(id)).isEqualTo(request.orphan());
            assertThat(requests.isWaiting(id)).isEqualTo(!request.orphan());
            if (!request.orphan()) {
              assertThat(requests.correlationId(id)).isEqualTo(request.correlationId());
              requests.release(id);
            } else {
              requests.free(id);
            }
          }
        }
        default -> {
          now += random.nextInt(30);
          if (requests.earliestDeadline() <= now) {
            expire(requests, model, now);
          }
        }
      }
      long time = now;
      assertThat(requests.orphans().count() + requests.waiting()).isEqualTo(model.size());
      assertThat(model.values())
          .allSatisfy(
              m -> assertThat(m.orphan() || m.deadline() >= requests.earliestDeadline()).isTrue());
      assertThat(time).isEqualTo(now);
    }
  }

  private static void expire(InFlightRequests requests, Map<Integer, Model> model, long now) {
    int id = requests.nextExpired(0, now);
    while (id >= 0) {
      Model request = model.get(id);
      assertThat(request.orphan()).isFalse();
      assertThat(request.deadline()).isLessThanOrEqualTo(now);
      requests.orphan(id, now);
      model.put(id, new Model(request.correlationId(), request.deadline(), true));
      id = requests.nextExpired(id, now);
    }
    requests.findEarliestDeadline();
    assertThat(model.values())
        .allSatisfy(m -> assertThat(m.orphan() || m.deadline() > now).isTrue());
  }

  @Test
  void idsOutsideOfTheLimitAreNobodys() {
    InFlightRequests requests = new InFlightRequests(4);
    for (int id : new int[] {-1, 4, 32_767, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      assertThat(requests.isWaiting(id)).isFalse();
      assertThat(requests.isOrphan(id)).isFalse();
    }
  }
}
