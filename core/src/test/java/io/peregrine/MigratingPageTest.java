package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the page about coming from other drivers says of this one. */
class MigratingPageTest {
  private static final Path PAGE = Path.of("MIGRATING.md");
  private static final int COLUMNS = 4;
  private static final Pattern NAME = Pattern.compile("`([A-Z]\\w*)(?:\\.(\\w+))?`");
  private static final List<String> PACKAGES =
      List.of(
          "io.peregrine.",
          "io.peregrine.policy.",
          "io.peregrine.metadata.",
          "io.peregrine.type.",
          "io.peregrine.auth.",
          "io.peregrine.graph.",
          "io.peregrine.codec.row.",
          "java.util.concurrent.",
          "java.lang.");

  @Test
  void everyNameThatThePageGivesExists() throws IOException {
    int names = 0;
    for (String line : Files.readAllLines(PAGE)) {
      Matcher name = NAME.matcher(ofThisDriver(line));
      while (name.find()) {
        assertThat(exists(name.group(1), name.group(2))).as("%s in: %s", name, line).isTrue();
        names++;
      }
    }
    assertThat(names).isGreaterThan(100);
  }

  /** The part of a line that is about this driver: of a table, the last column. */
  private static String ofThisDriver(String line) {
    if (!line.startsWith("|")) {
      return line.startsWith("What the Java driver") ? "" : line;
    }
    String[] cells = line.substring(1).split("\\|");
    assertThat(cells).as(line).hasSize(COLUMNS);
    return cells[COLUMNS - 1];
  }

  private static boolean exists(String className, String member) {
    for (String prefix : PACKAGES) {
      Class<?> found;
      try {
        found = Class.forName(prefix + className);
      } catch (ClassNotFoundException e) {
        continue;
      }
      if (Modifier.isPublic(found.getModifiers())) {
        return member == null
            || Arrays.stream(found.getMethods()).anyMatch(m -> m.getName().equals(member))
            || Arrays.stream(found.getFields()).anyMatch(f -> f.getName().equals(member))
            || Arrays.stream(found.getClasses()).anyMatch(c -> c.getSimpleName().equals(member));
      }
    }
    return false;
  }
}
