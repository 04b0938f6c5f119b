package io.peregrine;

import io.peregrine.codec.DriverException;
import io.peregrine.conductor.DriverThreads;
import io.peregrine.conductor.FailedFuture;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Waits for futures on the application's threads, and nowhere else. Any thread may use it. */
final class Patience {
  private final DriverThreads threads;

  Patience(DriverThreads threads) {
    this.threads = threads;
  }

  /** Refuses to wait on a thread that would have to bring what is waited for. */
  void checkMayWait(String what) {
    if (threads.isDriving()) {
      throw new BlockingCallException(
          what
              + " would block a thread of the driver, which then waits for itself; use the"
              + " asynchronous form, or another thread");
    }
  }

  /** Refuses what the calling thread alone can do, but not while it runs a handler. */
  void checkNoHandler(String what) {
    if (threads.isDriving()) {
      throw new BlockingCallException(
          what
              + " was called by a handler whose thread alone can do it, and not before the handler"
              + " has returned; call it then");
    }
  }

  /**
   * Waits a little for room to send.
   *
   * @throws DriverInterruptedException if the thread is interrupted; its flag stays set
   */
  void idle(int idleCount) {
    if (Thread.currentThread().isInterrupted()) {
      throw new DriverInterruptedException(
          "Interrupted while waiting to send; the request was not sent", null);
    }
    threads.idle(idleCount);
  }

  /** Whether nobody drives the agents while the application does something else. */
  boolean invokes() {
    return threads.invokes();
  }

  /**
   * Whether another thread may wait for the driver while this one waits for that thread. Not if
   * this one drives.
   */
  boolean mayBeLeft() {
    return !threads.invokes() && !threads.isDriving();
  }

  /** Has a thread that waits by driving look whether what it waits for is there. */
  void wakeUp() {
    threads.wakeUp();
  }

  /** Waits for what another thread than the driving one completes. */
  <T> T awaitOthers(CompletableFuture<T> future) {
    if (threads.invokes()) {
      future.whenComplete((done, error) -> threads.wakeUp());
    }
    return await(future);
  }

  /** Waits for what is completed in driving the agents, or by somebody who wakes the driver. */
  <T> T await(CompletableFuture<T> future) {
    if (threads.invokes()) {
      while (!future.isDone()) {
        if (Thread.currentThread().isInterrupted()) {
          throw interrupted(null);
        }
        threads.drive();
      }
    }
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted(e);
    } catch (CancellationException e) {
      throw new DriverException("The request was cancelled", e);
    } catch (ExecutionException e) {
      throw ofCaller(e.getCause());
    }
  }

  /** What was wrong, as a driver's error, without what a future wraps around it. */
  static DriverException unwrapped(Throwable error) {
    Throwable plain = FailedFuture.cause(error);
    return plain instanceof DriverException known
        ? known
        : new DriverException("A fault in the driver: " + plain, plain);
  }

  private static DriverInterruptedException interrupted(@Nullable Throwable cause) {
    return new DriverInterruptedException(
        "Interrupted while waiting; the request goes on without this thread", cause);
  }

  /** An error made on a driver's thread, with the stack of the thread that is to see it. */
  private static DriverException ofCaller(Throwable error) {
    DriverException known = unwrapped(error);
    known.setStackTrace(new Throwable().getStackTrace());
    return known;
  }
}
