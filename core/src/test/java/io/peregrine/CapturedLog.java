package io.peregrine;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What is logged while it is open; it goes where it always goes too. Any thread may log meanwhile,
 * and one test at a time may use it.
 */
public final class CapturedLog implements AutoCloseable {
  private final PrintStream before = System.err;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  /** Begins to capture. */
  public CapturedLog() {
    System.setErr(new PrintStream(new Both(), true, StandardCharsets.UTF_8));
  }

  /**
   * The lines so far.
   *
   * @param part what is to stand in them
   * @return those lines, in order
   */
  public List<String> lines(String part) {
    return printed
        .toString(StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.contains(part))
        .toList();
  }

  @Override
  public void close() {
    System.setErr(before);
  }

  private final class Both extends java.io.OutputStream {
    @Override
    public void write(int b) {
      printed.write(b);
      before.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      printed.write(bytes, offset, length);
      before.write(bytes, offset, length);
    }
  }
}
