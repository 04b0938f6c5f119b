package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Each feature that the driver owes its users has a test, and {@code features.txt} says which: its
 * row in the table of features, a bar, and the test as class (without {@code io.peregrine.}) and
 * method. A row may have any number of lines. Rows whose number begins with P are of the list of
 * what other drivers' tests assert.
 */
class FeatureTableTest {
  /** The rows that must have a test. Add those that are done. */
  private static final Set<String> COVERED =
      rows(1, 157).collect(Collectors.toCollection(TreeSet::new));

  static {
    IntStream.rangeClosed(1, 13).forEach(i -> COVERED.add("X" + i));
    IntStream.of(6, 7, 22).forEach(i -> COVERED.add("P" + i));
    IntStream.rangeClosed(24, 31).forEach(i -> COVERED.add("P" + i));
    IntStream.rangeClosed(34, 49).forEach(i -> COVERED.add("P" + i));
  }

  /** All rows that there are. */
  private static final Set<String> KNOWN =
      Stream.of(rows(1, 157), named("X", 14), named("P", 66))
          .flatMap(rows -> rows)
          .collect(Collectors.toSet());

  private static Stream<String> rows(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(String::valueOf);
  }

  private static Stream<String> named(String kind, int last) {
    return IntStream.rangeClosed(1, last).mapToObj(i -> kind + i);
  }

  /** The tests of each row. */
  private static Map<String, List<String>> table() throws IOException {
    Map<String, List<String>> table = new TreeMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    FeatureTableTest.class.getResourceAsStream("/features.txt"), "features.txt"),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank() && !line.startsWith("#")) {
          String[] parts = line.split("\\|", -1);
          assertThat(parts).as(line).hasSize(2);
          table.computeIfAbsent(parts[0].strip(), row -> new ArrayList<>()).add(parts[1].strip());
        }
      }
    }
    return table;
  }

  @Test
  void eachRowHasATest() throws IOException {
    assertThat(table().keySet()).containsAll(COVERED);
  }

  @Test
  void eachTestIsThere() throws IOException {
    List<String> missing = new ArrayList<>();
    table()
        .forEach(
            (row, tests) -> {
              for (String test : tests) {
                if (!exists(test)) {
                  missing.add(row + " | " + test);
                }
              }
            });
    assertThat(missing).as("lines that name no test").isEmpty();
  }

  @Test
  void eachLineIsOfARowThatThereIs() throws IOException {
    assertThat(KNOWN).containsAll(table().keySet());
  }

  @Test
  void whatIsNoTestIsNoticed() {
    assertThat(exists("FeatureTableTest#eachTestIsThere")).isTrue();
    assertThat(exists("conductor.RefreshWindowTest#windowOfZeroActsAtOnce")).isTrue();
    assertThat(exists("FeatureTableTest#exists")).as("a method that is no test").isFalse();
    assertThat(exists("FeatureTableTest#noSuchTest")).isFalse();
    assertThat(exists("NoSuchClass#eachTestIsThere")).isFalse();
    assertThat(exists("FeatureTableTest")).isFalse();
  }

  private static boolean exists(String test) {
    String[] names = test.split("#", -1);
    if (names.length != 2) {
      return false;
    }
    try {
      Class<?> type =
          Class.forName("io.peregrine." + names[0], false, FeatureTableTest.class.getClassLoader());
      return Arrays.stream(type.getDeclaredMethods())
          .filter(method -> method.getName().equals(names[1]))
          .anyMatch(FeatureTableTest::isTest);
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static boolean isTest(Method method) {
    return AnnotationSupport.isAnnotated(method, Testable.class);
  }
}
