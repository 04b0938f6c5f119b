package io.peregrine.bench.demo;

import java.util.SplittableRandom;

/**
 * The ticks of the demo, the same in every run. Immutable, so any thread may read it.
 *
 * <p>A tick is known by its number. Everything is in primitive arrays or computed from the number,
 * so that the loop that writes ticks makes no objects.
 */
final class TickTape {
  /** How many ticks there are. */
  static final int TICKS = 100_000;

  /** How many days are traded. */
  static final int DAYS = 5;

  private static final String[] SYMBOLS = {
    "ACME", "BOLT", "CRUX", "DELO", "ECHO", "FLUX", "GALE", "HALO", "IRIS", "JADE"
  };
  private static final String[] VENUES = {"NORTH", "SOUTH", "EAST", "WEST"};
  private static final int FIRST_DAY = 20_261_116;
  private static final long FIRST_OPENING_MILLIS = 1_794_819_600_000L;
  private static final long DAY_MILLIS = 86_400_000;
  private static final int TICKS_PER_PARTITION = TICKS / (SYMBOLS.length * DAYS);
  private static final int MILLIS_BETWEEN_TICKS = 250;
  private static final int LARGEST_LOT = 50;

  private final double[] prices = new double[TICKS];
  private final int[] sizes = new int[TICKS];
  private final byte[] venues = new byte[TICKS];

  TickTape() {
    SplittableRandom random = new SplittableRandom(42);
    int[] cents = new int[SYMBOLS.length];
    for (int i = 0; i < TICKS; i++) {
      int symbol = i % SYMBOLS.length;
      int walked = cents[symbol] == 0 ? 5_000 + 2_500 * symbol : cents[symbol];
      cents[symbol] = Math.max(100, walked + random.nextInt(-5, 6));
      prices[i] = cents[symbol] / 100.0;
      sizes[i] = 100 * random.nextInt(1, LARGEST_LOT + 1);
      venues[i] = (byte) random.nextInt(VENUES.length);
    }
  }

  static String[] symbols() {
    return SYMBOLS.clone();
  }

  static int dayAt(int index) {
    return FIRST_DAY + index;
  }

  String symbol(int tick) {
    return SYMBOLS[tick % SYMBOLS.length];
  }

  int day(int tick) {
    return dayAt(dayIndex(tick));
  }

  /** Milliseconds since 1970, as the column {@code ts} has them. */
  long timestamp(int tick) {
    int withinPartition = tick / SYMBOLS.length % TICKS_PER_PARTITION;
    return FIRST_OPENING_MILLIS
        + dayIndex(tick) * DAY_MILLIS
        + (long) withinPartition * MILLIS_BETWEEN_TICKS;
  }

  double price(int tick) {
    return prices[tick];
  }

  int size(int tick) {
    return sizes[tick];
  }

  String venue(int tick) {
    return VENUES[venues[tick]];
  }

  long checksum(int tick) {
    return checksum(symbol(tick), day(tick), timestamp(tick), price(tick), size(tick), venue(tick));
  }

  /** One row as a number. The sum over all rows tells whether they came back, in any order. */
  static long checksum(
      String symbol, int day, long timestamp, double price, int size, String venue) {
    long hash = symbol.hashCode();
    hash = mix(hash ^ day);
    hash = mix(hash ^ timestamp);
    hash = mix(hash ^ Double.doubleToLongBits(price));
    hash = mix(hash ^ size);
    return mix(hash ^ venue.hashCode());
  }

  private static int dayIndex(int tick) {
    return tick / SYMBOLS.length / TICKS_PER_PARTITION;
  }

  private static long mix(long value) {
    long mixed = (value ^ value >>> 32) * 0x9E3779B97F4A7C15L;
    return mixed ^ mixed >>> 29;
  }
}
