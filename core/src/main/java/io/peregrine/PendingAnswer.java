package io.peregrine;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a request brings, when it is there. Any thread may use it.
 *
 * <p>It completes on a thread of the driver, and runs there what was attached to it without an
 * executor. A thread of the driver that waited for it would wait for itself, so there it refuses to
 * be waited for.
 *
 * @param <T> what the request brings
 * @param <F> the future itself
 */
abstract sealed class PendingAnswer<T, F extends PendingAnswer<T, F>> extends CompletableFuture<T>
    permits ResponseFuture, GraphResponseFuture {
  private static final Logger LOG = LoggerFactory.getLogger(ResponseFuture.class);

  private final RequestRouter router;

  PendingAnswer(RequestRouter router) {
    this.router = router;
  }

  RequestRouter router() {
    return router;
  }

  abstract F self();

  /**
   * How the request was executed.
   *
   * @return what is known, whether it succeeded or not
   * @throws IllegalStateException if it is not done yet
   */
  public abstract ExecutionInfo executionInfo();

  /**
   * Waits for the result.
   *
   * @return the result, the same each time
   * @throws io.peregrine.codec.DriverException if the request failed; with the stack of the calling
   *     thread
   */
  public T result() {
    return router.access().await(this);
  }

  /**
   * What the server warns of.
   *
   * @return texts; empty if there are none
   * @throws IllegalStateException if the request is not done yet
   */
  public List<String> warnings() {
    checkDone("warnings()");
    return executionInfo().warnings();
  }

  /**
   * What an extension of the server has answered beside the result.
   *
   * @return read-only values by key; empty if there is nothing
   * @throws IllegalStateException if the request is not done yet
   */
  public Map<String, @Nullable ByteBuffer> incomingPayload() {
    checkDone("incomingPayload()");
    return executionInfo().incomingPayload();
  }

  /**
   * Attaches what is to be run with the result: at once if it is there, else on the thread that
   * brings it. What it throws is logged and changes nothing.
   *
   * @param action gets the result; not called if the request fails
   * @return this
   */
  public F onSuccess(Consumer<? super T> action) {
    Objects.requireNonNull(action, "action");
    return onComplete(
        (result, error) -> {
          if (error == null) {
            action.accept(result);
          }
        });
  }

  /**
   * Attaches what is to be run if the request fails: at once if it has, else on the thread that
   * learns of it. What it throws is logged and changes nothing.
   *
   * @param action gets the error; not called if the request succeeds
   * @return this
   */
  public F onError(Consumer<? super Throwable> action) {
    Objects.requireNonNull(action, "action");
    return onComplete(
        (result, error) -> {
          if (error != null) {
            action.accept(error);
          }
        });
  }

  /**
   * Attaches what is to be run when the request is done: at once if it is, else on the thread that
   * completes it. What it throws is logged and changes nothing.
   *
   * @param action gets the result or the error, and null for the other
   * @return this
   */
  public F onComplete(BiConsumer<? super @Nullable T, ? super @Nullable Throwable> action) {
    Objects.requireNonNull(action, "action");
    whenComplete(
        (result, error) -> {
          try {
            action.accept(result, error);
          } catch (Throwable e) {
            LOG.warn("What was attached to a request threw; the request is not touched", e);
          }
        });
    return self();
  }

  @Override
  public T join() {
    checkMayWait("join()");
    return super.join();
  }

  @Override
  public T get() throws InterruptedException, ExecutionException {
    checkMayWait("get()");
    return super.get();
  }

  @Override
  public T get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    checkMayWait("get()");
    return super.get(timeout, unit);
  }

  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }

  private void checkMayWait(String what) {
    if (!isDone()) {
      router.patience().checkMayWait(what);
    }
  }

  void checkDone(String what) {
    if (!isDone()) {
      throw new IllegalStateException(
          what + " says nothing before the request is done; wait for it, or attach to it");
    }
  }
}
