package io.peregrine.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetainedRequestsTest {
  private static final int LARGEST = 300_000;

  private record Kept(int handle, byte[] bytes) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void keptBytesStayWhatTheyWere(long seed) {
    Random random = new Random(seed);
    DirectMemory memory = new DirectMemory();
    RetainedRequests retention = new RetainedRequests(memory, 8 << 20, LARGEST);
    List<Kept> kept = new ArrayList<>();
    for (int step = 0; step < 5_000; step++) {
      if (random.nextInt(5) < 3) {
        byte[] bytes = new byte[9 + random.nextInt(1 << random.nextInt(19))];
        random.nextBytes(bytes);
        int length = Math.min(bytes.length, LARGEST);
        int handle = retention.keep(new UnsafeBuffer(bytes), 0, length);
        if (handle != RetainedRequests.NONE) {
          kept.add(new Kept(handle, java.util.Arrays.copyOf(bytes, length)));
        }
      } else if (!kept.isEmpty()) {
        Kept request = kept.remove(random.nextInt(kept.size()));
        byte[] bytes = new byte[request.bytes().length];
        retention.buffer(request.handle()).getBytes(retention.offset(request.handle()), bytes);
        assertThat(bytes).isEqualTo(request.bytes());
        retention.giveBack(request.handle());
      }
      assertThat(retention.kept()).isEqualTo(kept.size());
      assertThat(memory.outstanding()).isLessThanOrEqualTo(8 << 20);
    }
    kept.forEach(request -> retention.giveBack(request.handle()));
    retention.free();
    assertThat(memory.outstanding()).isZero();
  }

  @Test
  void aLimitThatIsUsedUpKeepsNothingMore() {
    DirectMemory memory = new DirectMemory();
    RetainedRequests retention = new RetainedRequests(memory, 1 << 16, LARGEST);
    UnsafeBuffer bytes = new UnsafeBuffer(new byte[LARGEST]);
    int handle = RetainedRequests.NONE;
    for (int i = 0; i < 256; i++) {
      handle = retention.keep(bytes, 0, 256);
      assertThat(handle).isNotEqualTo(RetainedRequests.NONE);
    }
    assertThat(retention.keep(bytes, 0, 256)).isEqualTo(RetainedRequests.NONE);
    assertThat(retention.keep(bytes, 0, 257)).isEqualTo(RetainedRequests.NONE);
    retention.giveBack(handle);
    assertThat(retention.keep(bytes, 0, 256)).isEqualTo(handle);
    retention.free();
    assertThat(memory.outstanding()).isZero();
  }

  @Test
  void whatIsTooLargeIsNotKept() {
    RetainedRequests retention = new RetainedRequests(new DirectMemory(), 8 << 20, 1000);
    assertThat(retention.keep(new UnsafeBuffer(new byte[1025]), 0, 1025))
        .isEqualTo(RetainedRequests.NONE);
    assertThat(retention.kept()).isZero();
  }
}
