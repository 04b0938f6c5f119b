package io.peregrine.testkit.leak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * Starts virtual threads, and sees which of them wait without giving their carrier away, from when
 * it is made until {@link #pinned}. Confined to the test's thread. For JDK 21 and newer.
 */
public final class VirtualThreads implements AutoCloseable {
  private static final String PINNED = "jdk.VirtualThreadPinned";

  private final Recording recording = new Recording();
  private final List<Thread> threads = new ArrayList<>();

  /** Begins to look. */
  public VirtualThreads() {
    recording.enable(PINNED).withoutThreshold().withStackTrace();
    recording.start();
  }

  /**
   * Starts one.
   *
   * @param task what it does
   * @return the thread
   */
  public Thread start(Runnable task) {
    try {
      // The code has to compile for Java 17, which does not know the method.
      Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
      Thread thread = (Thread) start.invoke(null, task);
      threads.add(thread);
      return thread;
    } catch (NoSuchMethodException | IllegalAccessException e) {
      throw new IllegalStateException("needs JDK 21 or newer", e);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Waits until all that were started have ended. */
  public void join() {
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while virtual threads ran", e);
    }
  }

  /**
   * Ends looking.
   *
   * @return the stack of each wait that kept a carrier
   */
  public List<String> pinned() {
    recording.stop();
    try {
      Path file = Files.createTempFile("pinned", ".jfr");
      try {
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream()
            .filter(event -> event.getEventType().getName().equals(PINNED))
            .map(VirtualThreads::stack)
            .toList();
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String stack(RecordedEvent event) {
    return event.getStackTrace() == null
        ? event.toString()
        : event.getStackTrace().getFrames().stream()
            .map(frame -> frame.getMethod().getType().getName() + "." + frame.getMethod().getName())
            .collect(Collectors.joining(" < "));
  }

  @Override
  public void close() {
    recording.close();
  }
}
