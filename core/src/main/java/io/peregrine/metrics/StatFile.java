package io.peregrine.metrics;

import io.peregrine.io.CountersFileDescriptor;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a driver's counters file says at one moment. Immutable.
 *
 * <p>It needs nothing but the JDK: of the layout there are only constants, which the compiler has
 * copied.
 *
 * @param pid the driver's process
 * @param madeAt when the file was made, in ms since 1970
 * @param cluster the name of the cluster
 * @param isAlive whether the process runs
 * @param counters the counters, in the order of the file
 */
record StatFile(long pid, long madeAt, String cluster, boolean isAlive, List<Counter> counters) {
  private static final long CLOCK_TOLERANCE_MILLIS = 10_000;
  private static final int PARTS_OF_LABEL = 3;

  /**
   * One counter of one agent.
   *
   * @param name what it counts
   * @param agent who counts it
   * @param type how it is put together with others
   * @param value what it stands at
   */
  record Counter(String name, String agent, int type, long value) {}

  /** Reads the file of a directory, or a file given by its own name. */
  static StatFile read(Path path) throws StatException {
    Path file = Files.isDirectory(path) ? path.resolve(CountersFileDescriptor.FILE_NAME) : path;
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      if (size < CountersFileDescriptor.HEADER_LENGTH || size > Integer.MAX_VALUE) {
        throw notReadable(file, "it has " + size + " bytes");
      }
      MappedByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
      bytes.order(ByteOrder.nativeOrder());
      return read(file, bytes, (int) size);
    } catch (NoSuchFileException e) {
      throw new StatException(
          Stat.NO_FILE,
          (Files.exists(path)
                  ? "There is no " + CountersFileDescriptor.FILE_NAME + " in " + path
                  : path + " does not exist")
              + "; is this what the driver was given as statsDirectory, and is it still open?");
    } catch (IOException e) {
      throw new StatException(Stat.NO_FILE, file + " cannot be read: " + e);
    }
  }

  private static StatFile read(Path file, MappedByteBuffer bytes, int size) throws StatException {
    int version = bytes.getInt(CountersFileDescriptor.VERSION_OFFSET);
    if (version == 0) {
      throw new StatException(Stat.NO_FILE, file + " is just being made; try again");
    }
    if (version != CountersFileDescriptor.LAYOUT_VERSION) {
      throw notReadable(
          file,
          "its layout has version "
              + version
              + ", this tool reads version "
              + CountersFileDescriptor.LAYOUT_VERSION
              + "; use the tool of the driver's own version");
    }
    int metadata = bytes.getInt(CountersFileDescriptor.METADATA_LENGTH_OFFSET);
    int values = bytes.getInt(CountersFileDescriptor.VALUES_LENGTH_OFFSET);
    int nameLength = bytes.getInt(CountersFileDescriptor.NAME_LENGTH_OFFSET);
    boolean fits =
        metadata >= 0
            && values >= 0
            && CountersFileDescriptor.HEADER_LENGTH + (long) metadata + values <= size;
    if (!fits || nameLength < 0 || nameLength > CountersFileDescriptor.MAX_NAME_LENGTH) {
      throw notReadable(file, "its lengths do not fit its size");
    }
    long pid = bytes.getLong(CountersFileDescriptor.PID_OFFSET);
    long madeAt = bytes.getLong(CountersFileDescriptor.MADE_AT_OFFSET);
    return new StatFile(
        pid,
        madeAt,
        text(bytes, CountersFileDescriptor.NAME_OFFSET, nameLength),
        isAlive(pid, madeAt),
        counters(bytes, metadata, values));
  }

  private static List<Counter> counters(MappedByteBuffer bytes, int metadata, int values) {
    List<Counter> counters = new ArrayList<>();
    int most =
        Math.min(
            metadata / CountersFileDescriptor.METADATA_RECORD_LENGTH,
            values / CountersFileDescriptor.VALUE_LENGTH);
    for (int i = 0; i < most; i++) {
      int at =
          CountersFileDescriptor.HEADER_LENGTH + i * CountersFileDescriptor.METADATA_RECORD_LENGTH;
      int length = bytes.getInt(at + CountersFileDescriptor.LABEL_LENGTH_OFFSET);
      if (bytes.getInt(at) == CountersFileDescriptor.RECORD_ALLOCATED
          && length >= 0
          && length <= CountersFileDescriptor.MAX_LABEL_LENGTH) {
        String label = text(bytes, at + CountersFileDescriptor.LABEL_OFFSET, length);
        String[] parts = label.split(CountersFileDescriptor.LABEL_SEPARATOR, PARTS_OF_LABEL);
        long value =
            bytes.getLong(
                CountersFileDescriptor.HEADER_LENGTH
                    + metadata
                    + i * CountersFileDescriptor.VALUE_LENGTH);
        int type = bytes.getInt(at + CountersFileDescriptor.TYPE_OFFSET);
        counters.add(new Counter(parts[0], parts.length > 1 ? parts[1] : "", type, value));
      }
    }
    return List.copyOf(counters);
  }

  private static String text(MappedByteBuffer bytes, int offset, int length) {
    byte[] text = new byte[length];
    bytes.get(offset, text);
    return new String(text, StandardCharsets.UTF_8);
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

  private static StatException notReadable(Path file, String why) {
    return new StatException(Stat.OTHER_LAYOUT, file + " cannot be understood: " + why);
  }

  /** The agents that count, in the order of their names. */
  List<String> agents() {
    return counters.stream().map(Counter::agent).distinct().sorted().toList();
  }

  /** The counters of one agent, or of all together if it is empty; by name, derived ones too. */
  Map<String, Counter> together(String agent) {
    Map<String, Counter> together = new java.util.LinkedHashMap<>();
    together.put("in flight", new Counter("in flight", agent, CountersFileDescriptor.LEVEL, 0));
    together.put(
        "open connections",
        new Counter("open connections", agent, CountersFileDescriptor.LEVEL, 0));
    Map<String, Long> values = new TreeMap<>();
    for (Counter counter : counters) {
      if (agent.isEmpty() || agent.equals(counter.agent())) {
        boolean maximum = counter.type() == CountersFileDescriptor.MAXIMUM;
        long value = values.merge(counter.name(), counter.value(), maximum ? Math::max : Long::sum);
        together.put(counter.name(), new Counter(counter.name(), agent, counter.type(), value));
      }
    }
    put(
        together,
        "in flight",
        of(values, "requests") - of(values, "responses") - of(values, "failed requests"));
    put(
        together,
        "open connections",
        of(values, "connections opened") - of(values, "connections closed"));
    return together;
  }

  private static long of(Map<String, Long> values, String name) {
    return values.getOrDefault(name, 0L);
  }

  /** The counters are read while they are written: a difference may be behind. */
  private static void put(Map<String, Counter> to, String name, long difference) {
    to.computeIfPresent(
        name,
        (key, level) -> new Counter(name, level.agent(), level.type(), Math.max(0, difference)));
  }
}
