package io.peregrine;

import io.peregrine.codec.envelope.CustomPayload;
import io.peregrine.io.Offer;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Has servers prepare the statements of one session, where the cluster does not know them already.
 * Any thread may use it, unless the session belongs to one.
 */
final class StatementPreparer {
  private final RequestRouter router;
  private final Preparer preparer;

  StatementPreparer(RequestRouter router, Preparer preparer) {
    this.router = router;
    this.preparer = preparer;
  }

  /** Waits for the statement, and for room to ask for it if need be. */
  PreparedStatement prepare(String query, Map<String, ByteBuffer> customPayload) {
    long begin = router.begin("prepare()");
    Preparation preparation = preparation(query, customPayload);
    PreparedStatement known = preparation.known();
    if (known != null) {
      return known;
    }
    long timeout = router.defaults().timeoutNanos();
    long result = offer(preparation, timeout);
    if (result != Offer.ACCEPTED) {
      router.insist(result, begin, timeout, left -> offer(preparation, left));
    }
    return router.patience().await(preparation.statement());
  }

  /** Asks for the statement, or fails its future at once if there is no room to. */
  CompletableFuture<PreparedStatement> prepareAsync(
      String query, Map<String, ByteBuffer> customPayload) {
    Preparation preparation = preparation(query, customPayload);
    PreparedStatement known = preparation.known();
    if (known != null) {
      return CompletableFuture.completedFuture(known);
    }
    long result = offer(preparation, router.defaults().timeoutNanos());
    if (result != Offer.ACCEPTED) {
      preparation.statement().completeExceptionally(router.refusal(result));
    }
    return preparation.statement();
  }

  private Preparation preparation(String query, Map<String, ByteBuffer> customPayload) {
    return new Preparation(
        router, preparer, query, customPayload.isEmpty() ? null : CustomPayload.of(customPayload));
  }

  private long offer(Preparation preparation, long timeoutNanos) {
    return router.offer(
        Itinerary.anywhere(router.defaults()),
        preparation,
        preparation,
        null,
        null,
        0,
        timeoutNanos);
  }
}
