package io.peregrine.fuzz.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The targets as Jazzer wants them: the first byte chooses one, the others are its input. Jazzer
 * calls {@link #fuzzerTestOneInput} on one thread.
 */
public final class JazzerRun {
  private static final int SEEDS = 40;

  private JazzerRun() {}

  /** Writes inputs to begin with into the directory that the argument names. */
  public static void main(String[] arguments) throws IOException {
    Path directory = Files.createDirectories(Path.of(arguments[0]));
    SplittableRandom random = new SplittableRandom();
    for (int target = 0; target < Targets.ALL.size(); target++) {
      for (int i = 0; i < SEEDS; i++) {
        byte[] input = Corpus.input(Targets.ALL.get(target), random);
        byte[] seed = new byte[1 + input.length];
        seed[0] = (byte) target;
        System.arraycopy(input, 0, seed, 1, input.length);
        Files.write(directory.resolve(target + "-" + i), seed);
      }
    }
  }

  /** One input, mutated by what it covered of the codec. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    FuzzTarget target = Targets.ALL.get((input[0] & 0xFF) % Targets.ALL.size());
    try {
      target.run(Arrays.copyOfRange(input, 1, input.length));
    } catch (BrokenLawException e) {
      try {
        System.out.println("FOUND, kept in " + RegressionFiles.save(target, e.input()));
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
      throw e;
    }
  }
}
