package io.peregrine.fuzz.wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;

/** Where inputs that broke something are kept. Stateless. */
final class RegressionFiles {
  private RegressionFiles() {}

  /** The source tree's directory; tests and fuzz runs start in the module's directory. */
  static Path directory() {
    return Path.of(System.getProperty("fuzz.regressions", "src/test/resources/regressions"));
  }

  /** Keeps an input, under a name that it always gets. */
  static Path save(FuzzTarget target, byte[] input) throws IOException {
    CRC32 hash = new CRC32();
    hash.update(input);
    Path file =
        directory().resolve(target.name()).resolve(String.format("%08x.bin", hash.getValue()));
    Files.createDirectories(file.getParent());
    return Files.write(file, input);
  }
}
