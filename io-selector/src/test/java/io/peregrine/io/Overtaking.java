package io.peregrine.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;

/**
 * Asks for one large answer after the other on one connection, and for small ones on another while
 * a part of a large one is there. Confined to the agent's thread.
 */
final class Overtaking {
  private static final long A_PART = 4096;

  private final InvokedAgent agent;
  private final Counting largeOnes = new Counting();
  private final Counting smallOnes = new Counting();
  private long bytesBefore;
  private long bytesAtLast;
  private int largeBefore;
  private int overtook;

  /** The most bytes that were read in one duty cycle. */
  long mostBytes;

  private static final class Counting implements ResponseHandler {
    private int asked;
    private int answered;

    private boolean isUnderWay() {
      return answered < asked;
    }

    private void ask(CqlRequest request, Connection connection) {
      assertThat(request.offer(connection, this, asked)).isEqualTo(Offer.ACCEPTED);
      asked++;
    }

    @Override
    public void onResponse(
        Response response,
        long correlationId,
        @Nullable Object attachment,
        @Nullable Object pinned) {
      answered++;
    }

    @Override
    public void onFailure(
        RequestFailure failure,
        long correlationId,
        @Nullable Object attachment,
        @Nullable Object pinned) {
      throw new AssertionError(failure.describe());
    }
  }

  Overtaking(InvokedAgent agent) {
    this.agent = agent;
  }

  /** Returns once so many small ones were asked for and answered while one large one travelled. */
  void await(int count, CqlRequest large, Connection bulk, CqlRequest small, Connection other) {
    bytesAtLast = agent.count(SelectorCounter.BYTES_READ);
    agent.driveUntil(
        count + " small answers, each within a large one",
        () -> {
          long bytes = agent.count(SelectorCounter.BYTES_READ);
          mostBytes = Math.max(mostBytes, bytes - bytesAtLast);
          bytesAtLast = bytes;
          if (!largeOnes.isUnderWay()) {
            bytesBefore = bytes;
            largeOnes.ask(large, bulk);
          } else if (!smallOnes.isUnderWay() && bytes > bytesBefore + A_PART) {
            overtook += smallOnes.asked > 0 && largeBefore == largeOnes.answered ? 1 : 0;
            largeBefore = largeOnes.answered;
            smallOnes.ask(small, other);
          }
          return overtook >= count;
        });
    agent.driveUntil("the last", () -> !largeOnes.isUnderWay() && !smallOnes.isUnderWay());
  }
}
