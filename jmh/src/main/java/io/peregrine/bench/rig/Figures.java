package io.peregrine.bench.rig;

import java.util.Optional;

/** Numbers as tables show them: three digits that mean something. Stateless. */
final class Figures {
  private static final double WHOLE_FROM = 100;
  private static final double TENTHS_FROM = 10;

  private Figures() {}

  static String of(double value) {
    if (value >= WHOLE_FROM) {
      double unit = Math.pow(10, Math.max(0, Math.floor(Math.log10(value)) - 2));
      return String.format("%,.0f", Math.round(value / unit) * unit);
    }
    return String.format(value >= TENTHS_FROM ? "%.1f" : "%.2f", value);
  }

  /** The median alone; nothing if there is none. */
  static String median(Optional<Summary.Spread> spread) {
    return spread.map(some -> of(some.median())).orElse("");
  }

  /** The median, and in brackets the least and the most of the rounds. */
  static String spread(Optional<Summary.Spread> spread) {
    return spread
        .map(some -> of(some.median()) + " (" + of(some.min()) + "–" + of(some.max()) + ")")
        .orElse("");
  }

  static String ratio(Optional<Double> ratio) {
    return ratio.map(some -> String.format("%.2f", some)).orElse("");
  }
}
