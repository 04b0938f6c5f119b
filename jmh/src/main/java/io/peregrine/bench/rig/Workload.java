package io.peregrine.bench.rig;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** One way to load a driver. Constants: any thread may use them. */
public enum Workload {
  /** One request after the other, one row each. */
  SYNC_ROW(Mode.SYNC, Shape.ROW, 1, 0, "sync, 1 row"),
  /** One request after the other, 100 rows each. */
  SYNC_PAGE(Mode.SYNC, Shape.PAGE, 1, 0, "sync, 100-row page"),
  /** One request after the other, 5,000 rows each. */
  SYNC_SCAN(Mode.SYNC, Shape.SCAN, 1, 0, "sync, 5,000-row page"),
  /** 128 reads in flight. */
  READ_128(Mode.CLOSED, Shape.ROW, 128, 0, "async 128, read"),
  /** 1,024 reads in flight. */
  READ_1024(Mode.CLOSED, Shape.ROW, 1024, 0, "async 1,024, read"),
  /** 128 writes in flight. */
  WRITE_128(Mode.CLOSED, Shape.WRITE, 128, 0, "async 128, insert"),
  /** 1,024 writes in flight. */
  WRITE_1024(Mode.CLOSED, Shape.WRITE, 1024, 0, "async 1,024, insert"),
  /** Reads by the clock, a tenth of what the best peer can. */
  OPEN_10(Mode.OPEN, Shape.ROW, 1024, 10, "open loop, 10 %"),
  /** Reads by the clock, half of what the best peer can. */
  OPEN_50(Mode.OPEN, Shape.ROW, 1024, 50, "open loop, 50 %"),
  /** Reads by the clock, nine tenths of what the best peer can. */
  OPEN_90(Mode.OPEN, Shape.ROW, 1024, 90, "open loop, 90 %");

  /** When the next request is sent. */
  public enum Mode {
    /** After the answer to the last one. */
    SYNC,
    /** As soon as fewer than so many are in flight. */
    CLOSED,
    /** When the clock says so. */
    OPEN
  }

  private final Mode mode;
  private final Shape shape;
  private final int inFlight;
  private final int percent;
  private final String title;

  Workload(Mode mode, Shape shape, int inFlight, int percent, String title) {
    this.mode = mode;
    this.shape = shape;
    this.inFlight = inFlight;
    this.percent = percent;
    this.title = title;
  }

  /**
   * When the next request is sent.
   *
   * @return the mode
   */
  public Mode mode() {
    return mode;
  }

  /**
   * What is asked for.
   *
   * @return the shape
   */
  public Shape shape() {
    return shape;
  }

  /**
   * How many requests are in flight at most.
   *
   * @return at least 1
   */
  public int inFlight() {
    return inFlight;
  }

  /**
   * The rate of an open loop.
   *
   * @return percent of the best peer's capacity
   */
  public int percent() {
    return percent;
  }

  /**
   * What people call it.
   *
   * @return a few words
   */
  public String title() {
    return title;
  }

  /**
   * Whether client and server share a core: there it is time that counts, not how much goes
   * through.
   *
   * @return true if they do
   */
  public boolean sharesCore() {
    return mode == Mode.SYNC;
  }

  /**
   * What options and files call it.
   *
   * @return for example {@code read-128}
   */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The workloads with these ids.
   *
   * @param ids separated by commas; all if empty
   * @return in the order of this class
   */
  public static List<Workload> of(String ids) {
    if (ids.isBlank()) {
      return List.of(values());
    }
    List<String> wanted = List.of(ids.trim().split("\\s*,\\s*"));
    List<String> known = Stream.of(values()).map(Workload::id).toList();
    if (!known.containsAll(wanted)) {
      throw new IllegalArgumentException("workloads " + wanted + "; there are " + known);
    }
    return Stream.of(values()).filter(workload -> wanted.contains(workload.id())).toList();
  }
}
