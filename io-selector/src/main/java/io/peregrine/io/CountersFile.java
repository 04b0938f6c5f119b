package io.peregrine.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.ConcurrentCountersManager;
import org.agrona.concurrent.status.CountersManager;

/**
 * The counters of a driver's agents in a mapped file, so that other processes can read them while
 * it runs. Any thread may use it.
 *
 * <p>Closing deletes the file. The mapping itself goes with the last object that could read it, for
 * memory that is gone would end the process.
 */
public final class CountersFile implements AutoCloseable {
  private static final int MAX_COUNTERS = 1024;
  private static final int METADATA_LENGTH =
      MAX_COUNTERS * CountersFileDescriptor.METADATA_RECORD_LENGTH;
  private static final int VALUES_LENGTH = MAX_COUNTERS * CountersFileDescriptor.VALUE_LENGTH;
  private static final int FILE_LENGTH =
      CountersFileDescriptor.HEADER_LENGTH + METADATA_LENGTH + VALUES_LENGTH;
  private static final long CLOCK_TOLERANCE_MILLIS = 10_000;

  private final Path file;
  private final boolean madeDirectory;
  private final String cluster;
  private final UnsafeBuffer values;
  private final CountersManager manager;
  private boolean closed;

  private CountersFile(Path file, boolean madeDirectory, String cluster, MappedByteBuffer memory) {
    this.file = file;
    this.madeDirectory = madeDirectory;
    this.cluster = cluster;
    UnsafeBuffer all = new UnsafeBuffer(memory);
    int metadata = CountersFileDescriptor.HEADER_LENGTH;
    this.values = new UnsafeBuffer(memory, metadata + METADATA_LENGTH, VALUES_LENGTH);
    this.manager =
        new ConcurrentCountersManager(
            new UnsafeBuffer(memory, metadata, METADATA_LENGTH), values, StandardCharsets.UTF_8);
    byte[] name = cluster.getBytes(StandardCharsets.UTF_8);
    all.putBytes(CountersFileDescriptor.NAME_OFFSET, name);
    all.putInt(CountersFileDescriptor.NAME_LENGTH_OFFSET, name.length);
    all.putInt(CountersFileDescriptor.METADATA_LENGTH_OFFSET, METADATA_LENGTH);
    all.putInt(CountersFileDescriptor.VALUES_LENGTH_OFFSET, VALUES_LENGTH);
    all.putLong(CountersFileDescriptor.PID_OFFSET, ProcessHandle.current().pid());
    all.putLong(CountersFileDescriptor.MADE_AT_OFFSET, System.currentTimeMillis());
    all.putIntOrdered(CountersFileDescriptor.VERSION_OFFSET, CountersFileDescriptor.LAYOUT_VERSION);
  }

  /**
   * Makes the file, and its directory if there is none. A file that a dead process has left is
   * replaced.
   *
   * @param directory a directory for this driver alone
   * @param cluster what the driver is connected to, for people; no secrets
   * @return the file, empty
   * @throws IllegalStateException if another driver uses the directory
   * @throws UncheckedIOException if the file cannot be made
   */
  public static CountersFile create(Path directory, String cluster) {
    Path file = directory.resolve(CountersFileDescriptor.FILE_NAME);
    try {
      boolean madeDirectory = !Files.exists(directory);
      Files.createDirectories(directory);
      removeIfStale(file);
      return new CountersFile(file, madeDirectory, shortened(cluster), map(file));
    } catch (FileAlreadyExistsException e) {
      throw inUse(file, "another driver");
    } catch (IOException e) {
      throw new UncheckedIOException("The counters file " + file + " cannot be made", e);
    }
  }

  private static String shortened(String cluster) {
    StringBuilder name = new StringBuilder();
    int bytes = 0;
    for (int i = 0; i < cluster.length() && bytes < CountersFileDescriptor.MAX_NAME_LENGTH; i++) {
      char c = cluster.charAt(i);
      name.append(c < ' ' || c > '~' ? '?' : c);
      bytes++;
    }
    return name.toString();
  }

  private static void removeIfStale(Path file) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer header =
          ByteBuffer.allocate(CountersFileDescriptor.NAME_OFFSET).order(ByteOrder.nativeOrder());
      channel.read(header, 0);
      long pid = header.getLong(CountersFileDescriptor.PID_OFFSET);
      if (isAlive(pid, header.getLong(CountersFileDescriptor.MADE_AT_OFFSET))) {
        throw inUse(file, "the process " + pid);
      }
    }
    Files.delete(file);
  }

  /** A number that was given to a younger process is not the driver's any more. */
  private static boolean isAlive(long pid, long madeAt) {
    Optional<ProcessHandle> process = pid <= 0 ? Optional.empty() : ProcessHandle.of(pid);
    return process
        .filter(ProcessHandle::isAlive)
        .filter(
            alive ->
                alive
                    .info()
                    .startInstant()
                    .map(start -> start.toEpochMilli() <= madeAt + CLOCK_TOLERANCE_MILLIS)
                    .orElse(true))
        .isPresent();
  }

  private static IllegalStateException inUse(Path file, String owner) {
    return new IllegalStateException(
        "The counters file "
            + file
            + " belongs to "
            + owner
            + ", which still runs; give each cluster a directory of its own");
  }

  /** A page without disk below it would fail when a counter is written: all are written first. */
  private static MappedByteBuffer map(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      ByteBuffer zeros = ByteBuffer.allocate(FILE_LENGTH);
      while (zeros.hasRemaining()) {
        channel.write(zeros);
      }
      return channel.map(FileChannel.MapMode.READ_WRITE, 0, FILE_LENGTH);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }

  /**
   * Where the file is.
   *
   * @return its path
   */
  public Path path() {
    return file;
  }

  /** The counters of one more agent; in memory of their own if the file is full or closed. */
  synchronized SelectorCounters countersOf(String agent) {
    SelectorCounter[] counters = SelectorCounter.values();
    if (closed || manager.available() < counters.length) {
      return new SelectorCounters();
    }
    int[] offsets = new int[counters.length];
    for (int i = 0; i < counters.length; i++) {
      String label =
          String.join(CountersFileDescriptor.LABEL_SEPARATOR, counters[i].label(), agent, cluster);
      offsets[i] = CountersManager.counterOffset(manager.allocate(label, counters[i].type()));
    }
    return new SelectorCounters(values, offsets);
  }

  /** Deletes the file, and the directory if it was made for it and has nothing else in it. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      Files.deleteIfExists(file);
      Path directory = file.getParent();
      if (madeDirectory && directory != null) {
        try (var rest = Files.list(directory)) {
          if (rest.findAny().isPresent()) {
            return;
          }
        }
        Files.deleteIfExists(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The counters file " + file + " cannot be deleted", e);
    }
  }
}
