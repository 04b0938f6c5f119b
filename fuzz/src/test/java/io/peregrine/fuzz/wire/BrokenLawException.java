package io.peregrine.fuzz.wire;

import java.util.HexFormat;

/** A target did what it must not; the input is kept. */
final class BrokenLawException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN_BYTES = 400;

  private final transient byte[] input;

  BrokenLawException(FuzzTarget target, byte[] input, Throwable cause) {
    super(target.name() + " broke over " + input.length + " bytes " + hex(input), cause);
    this.input = input.clone();
  }

  byte[] input() {
    return input;
  }

  private static String hex(byte[] input) {
    int shown = Math.min(SHOWN_BYTES, input.length);
    return HexFormat.of().formatHex(input, 0, shown) + (shown < input.length ? "…" : "");
  }
}
