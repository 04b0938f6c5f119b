package io.peregrine;

import io.peregrine.io.Offer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends the statements of one session whose answers go to futures, and tells listeners of them. Any
 * thread may use it, unless the session belongs to one.
 */
final class StatementSender {
  private final RequestRouter router;
  private final StreamOpener streams;
  private volatile List<Consumer<? super ResponseFuture>> listeners = List.of();

  StatementSender(RequestRouter router, StreamOpener streams) {
    this.router = router;
    this.streams = streams;
  }

  void addListener(Consumer<? super ResponseFuture> listener) {
    Objects.requireNonNull(listener, "listener");
    synchronized (this) {
      List<Consumer<? super ResponseFuture>> more = new ArrayList<>(listeners);
      more.add(listener);
      listeners = List.copyOf(more);
    }
  }

  boolean removeListener(Consumer<? super ResponseFuture> listener) {
    synchronized (this) {
      List<Consumer<? super ResponseFuture>> fewer = new ArrayList<>(listeners);
      boolean removed = fewer.remove(listener);
      listeners = List.copyOf(fewer);
      return removed;
    }
  }

  /**
   * Sends a statement, or fails its future at once if there is no room to.
   *
   * @param decoder reads the pages of the answer; null to have rows
   */
  ResponseFuture send(
      Statement<?> statement, RequestOptions options, @Nullable PageDecoder<?> decoder) {
    RequestSettings own = statement.begin(options);
    try {
      ResponseFuture future = begin(statement, decoder);
      offer(statement, future);
      return future;
    } finally {
      statement.end(own);
    }
  }

  /** Sends a question of the driver's own, of which no listener is told. */
  ResponseFuture sendUntold(Statement<?> statement) {
    ResponseFuture future = router.future(statement, null);
    offer(statement, future);
    return future;
  }

  /** Makes the future of a statement that is sent a little later, and tells listeners of it. */
  ResponseFuture announce(Statement<?> statement) {
    return begin(statement, null);
  }

  /**
   * Sends a statement that was announced, or fails its future if it cannot be sent.
   *
   * @param timeoutNanos what is left of its time; 0 for as long as it takes
   */
  void sendAnnounced(Statement<?> statement, ResponseFuture future, long timeoutNanos) {
    if (future.isDone()) {
      return;
    }
    try {
      offer(statement, future, timeoutNanos);
    } catch (RuntimeException e) {
      future.completeExceptionally(e);
    }
  }

  /** Sends a statement as soon as there is room to; its time begins then. */
  ResponseFuture sendWhenThereIsRoom(Statement<?> statement, RequestOptions options) {
    RequestSettings own = statement.begin(options);
    try {
      ResponseFuture future = begin(statement, null);
      try {
        long result = streams.offer(statement, future, future.timeoutNanos());
        for (int refusals = 0; isFull(result); refusals++) {
          router.patience().idle(refusals);
          result = streams.offer(statement, future, future.timeoutNanos());
        }
        if (result != Offer.ACCEPTED) {
          future.completeExceptionally(router.refusal(result));
        }
      } catch (RuntimeException e) {
        throw told(future, e);
      }
      return future;
    } finally {
      statement.end(own);
    }
  }

  private static boolean isFull(long result) {
    return result == Offer.BACK_PRESSURED || result == Offer.BUSY;
  }

  private void offer(Statement<?> statement, ResponseFuture future) {
    offer(statement, future, future.timeoutNanos());
  }

  private void offer(Statement<?> statement, ResponseFuture future, long timeoutNanos) {
    try {
      long result = streams.offer(statement, future, timeoutNanos);
      if (result != Offer.ACCEPTED) {
        future.completeExceptionally(router.refusal(result));
      }
    } catch (RuntimeException e) {
      throw told(future, e);
    }
  }

  /**
   * Sends a statement, and waits for room to do so if need be.
   *
   * @param decoder reads the pages of the answer; null to have rows
   */
  ResponseFuture sendPatiently(
      Statement<?> statement, RequestOptions options, @Nullable PageDecoder<?> decoder) {
    RequestSettings own = statement.begin(options);
    try {
      long begin = router.begin("execute()");
      ResponseFuture future = begin(statement, decoder);
      try {
        long timeout = future.timeoutNanos();
        long result = streams.offer(statement, future, timeout);
        if (result != Offer.ACCEPTED) {
          router.insist(result, begin, timeout, left -> streams.offer(statement, future, left));
        }
      } catch (RuntimeException e) {
        throw told(future, e);
      }
      return future;
    } finally {
      statement.end(own);
    }
  }

  private ResponseFuture begin(Statement<?> statement, @Nullable PageDecoder<?> decoder) {
    ResponseFuture future = router.future(statement, decoder);
    List<Consumer<? super ResponseFuture>> listeners = this.listeners;
    try {
      for (int i = 0; i < listeners.size(); i++) {
        listeners.get(i).accept(future);
      }
    } catch (RuntimeException e) {
      throw told(future, e);
    }
    return future;
  }

  /** Listeners have the future of a request that could not be sent, and may wait for its end. */
  private static RuntimeException told(ResponseFuture future, RuntimeException error) {
    future.completeExceptionally(error);
    return error;
  }
}
