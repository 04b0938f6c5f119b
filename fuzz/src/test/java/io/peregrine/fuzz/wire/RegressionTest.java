package io.peregrine.fuzz.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Replays what once broke a decoder, here or in another driver. */
class RegressionTest {
  @TestFactory
  Stream<DynamicTest> whatBrokeOnceStaysFixed() throws IOException {
    return files().stream()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    file.getParent().getFileName() + "/" + file.getFileName(),
                    () ->
                        Targets.named(file.getParent().getFileName().toString())
                            .run(Files.readAllBytes(file))));
  }

  @Test
  void thereIsSomethingToReplay() throws IOException {
    assertThat(files()).isNotEmpty();
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(RegressionFiles.directory())) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
