package io.peregrine.testkit.cassandra;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A log that a node writes while it is read. It keeps no state, so any thread may use it. */
record ServerLog(Path path) {
  private static final int TAIL_BYTES = 4096;

  /** The bytes written so far, 0 if there is no file yet. */
  long size() {
    try {
      return Files.size(path);
    } catch (NoSuchFileException notYet) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a text stands in the log at or after the byte {@code from}. */
  boolean contains(String text, long from) {
    return from(from).contains(text);
  }

  /** The last few lines. */
  String tail() {
    return from(Math.max(0, size() - TAIL_BYTES));
  }

  /** What stands in the log at and after the byte {@code from}; empty if there is no file yet. */
  String from(long from) {
    try (SeekableByteChannel channel = Files.newByteChannel(path)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.max(0, channel.size() - from));
      channel.position(from);
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // Until all that was there is read.
      }
      return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    } catch (NoSuchFileException notYet) {
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
