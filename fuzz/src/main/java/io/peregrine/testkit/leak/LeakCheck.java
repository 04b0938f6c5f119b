package io.peregrine.testkit.leak;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that leaves threads of the driver, open sockets, or anything else behind that it
 * said it would {@link #track}. Tests that use it must not run at the same time in one JVM.
 *
 * <p>It looks after the test's own {@code @AfterEach}, and waits for things that are on their way
 * out. Sockets are counted where {@code /proc} tells about them, elsewhere not.
 *
 * @see ExtendWith
 */
public final class LeakCheck implements BeforeEachCallback, AfterEachCallback {
  /** Threads whose names begin so belong to the driver. */
  public static final String THREAD_PREFIX = "peregrine";

  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final long POLL_NANOS = 500_000;
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final ConcurrentLinkedQueue<Tracked> TRACKED = new ConcurrentLinkedQueue<>();

  private final Duration bound;
  private Set<Thread> threadsBefore = Set.of();
  private Set<String> socketsBefore = Set.of();

  private record Tracked(String what, LongSupplier outstanding) {}

  static {
    openEverythingOnce();
  }

  /** A check that waits 30 seconds at most. */
  public LeakCheck() {
    this(BOUND);
  }

  LeakCheck(Duration bound) {
    this.bound = bound;
  }

  /**
   * Has something counted after the test that runs now: it must be 0 by then.
   *
   * @param what what it is, in the plural, for the message of a failure
   * @param outstanding how many of it were taken and not given back; asked on the test's thread
   */
  public static void track(String what, LongSupplier outstanding) {
    TRACKED.add(new Tracked(what, outstanding));
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    before();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    after();
  }

  void before() {
    TRACKED.clear();
    threadsBefore = Set.copyOf(Thread.getAllStackTraces().keySet());
    socketsBefore = sockets();
  }

  void after() {
    try {
      long deadline = System.nanoTime() + bound.toNanos();
      Map<String, Object> leaks = leaks();
      while (!leaks.isEmpty()) {
        if (System.nanoTime() - deadline > 0) {
          throw new AssertionError("left behind after " + bound + ": " + leaks);
        }
        LockSupport.parkNanos(POLL_NANOS);
        leaks = leaks();
      }
    } finally {
      TRACKED.clear();
    }
  }

  private Map<String, Object> leaks() {
    Map<String, Object> leaks = new LinkedHashMap<>();
    List<String> threads = new ArrayList<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith(THREAD_PREFIX) && !threadsBefore.contains(thread)) {
        threads.add(thread.getName());
      }
    }
    if (!threads.isEmpty()) {
      leaks.put("threads", threads);
    }
    Set<String> sockets = sockets();
    sockets.removeAll(socketsBefore);
    if (!sockets.isEmpty()) {
      leaks.put("sockets", sockets);
    }
    for (Tracked tracked : TRACKED) {
      long outstanding = tracked.outstanding.getAsLong();
      if (outstanding != 0) {
        leaks.merge(tracked.what, outstanding, (a, b) -> a + " and " + b);
      }
    }
    return leaks;
  }

  private static Set<String> sockets() {
    Set<String> sockets = new TreeSet<>();
    if (Files.isDirectory(DESCRIPTORS)) {
      try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
        for (Path descriptor : descriptors) {
          addIfSocket(descriptor, sockets);
        }
      } catch (IOException e) {
        throw new AssertionError("cannot list " + DESCRIPTORS, e);
      }
    }
    return sockets;
  }

  private static void addIfSocket(Path descriptor, Set<String> sockets) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      if (target.startsWith("socket:")) {
        sockets.add(target);
      }
    } catch (IOException ignored) {
      // It was closed since the directory was listed.
    }
  }

  /** The JDK opens some sockets of its own with the first of each kind, and keeps them. */
  private static void openEverythingOnce() {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (Selector selector = Selector.open();
        ServerSocketChannel server = ServerSocketChannel.open().bind(anyPort);
        SocketChannel client = SocketChannel.open(server.getLocalAddress());
        java.net.ServerSocket plain = new java.net.ServerSocket()) {
      client.configureBlocking(false);
      client.register(selector, 0);
      plain.bind(anyPort);
    } catch (IOException e) {
      throw new AssertionError("no sockets on the loopback interface", e);
    }
  }
}
