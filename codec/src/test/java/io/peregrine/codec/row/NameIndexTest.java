package io.peregrine.codec.row;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Names are found, and no choice of them makes that slow. */
class NameIndexTest {
  private static final int HOSTILE = 1 << 14;

  @Test
  void namesOfEqualHashesCostNoMoreThanSorting() {
    // "Aa" and "BB" have one hash, and so have "a~" and "b_", which case folding leaves alone.
    for (String[] pair : new String[][] {{"Aa", "BB"}, {"a~", "b_"}}) {
      String[] names = colliding(pair, HOSTILE);
      assertThat(names[0].hashCode()).isEqualTo(names[HOSTILE - 1].hashCode());
      NameIndex index = new NameIndex(names);
      assertThat(index.steps()).isLessThan(mostSteps(HOSTILE));
      for (int i = 0; i < HOSTILE; i += 7) {
        assertThat(index.indexOf(names[i])).isEqualTo(i);
        assertThat(index.indexOf(names[i].toUpperCase(java.util.Locale.ROOT))).isEqualTo(i);
        assertThat(index.indexOf('"' + names[i] + '"')).isEqualTo(i);
      }
      String absent = pair[0].repeat(15);
      assertThat(index.indexOf(absent)).isEqualTo(-1);
      assertThat(index.indexOf('"' + absent + '"')).isEqualTo(-1);
    }
  }

  @Test
  void oneCrowdedPlaceThatManyNamesAskForCostsNoMoreThanSorting() {
    String[] crowd = colliding(new String[] {"a~", "b_"}, NameIndex.MAX_PROBES);
    String[] names = new String[HOSTILE];
    for (int i = 0; i < HOSTILE; i++) {
      names[i] = crowd[Math.min(i, crowd.length - 1)];
    }
    NameIndex index = new NameIndex(names);
    assertThat(index.steps()).isLessThan(mostSteps(HOSTILE));
    for (int i = 0; i < crowd.length; i++) {
      assertThat(index.indexOf(crowd[i])).isEqualTo(i);
    }
  }

  @Test
  void ordinaryNamesAreHashedInAFewSteps() {
    for (String pattern : new String[] {"column_%d", "C%d", "%d", "a_%d_of_ticks", "%x"}) {
      for (int count : new int[] {1, 10, 511, 1_023, 20_000}) {
        String[] names = new String[count];
        for (int i = 0; i < count; i++) {
          names[i] = String.format(pattern, i);
        }
        NameIndex index = new NameIndex(names);
        assertThat(index.steps())
            .as("%s up to %d", pattern, count)
            .isLessThanOrEqualTo((long) NameIndex.MEAN_PROBES * count);
      }
    }
  }

  @Test
  void hashedAndSortedNamesAreFoundAsByASearchOneByOne() {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 2_000; round++) {
      String[] names = new String[random.nextInt(12)];
      for (int i = 0; i < names.length; i++) {
        names[i] = text(random);
      }
      NameIndex index = new NameIndex(names);
      SortedNames sorted = new SortedNames(names);
      for (int i = 0; i < 20; i++) {
        String name = text(random);
        int exact = List.of(names).indexOf(name);
        int ignoringCase = firstIgnoringCase(names, name);
        assertThat(index.indexOf(name)).isEqualTo(ignoringCase);
        assertThat(index.indexOf('"' + name + '"')).isEqualTo(exact);
        assertThat(sorted.indexOfIgnoringCase(name)).isEqualTo(ignoringCase);
        assertThat(sorted.indexOf('(' + name + ')', 1, name.length())).isEqualTo(exact);
      }
    }
  }

  private static long mostSteps(int names) {
    int logarithm = 32 - Integer.numberOfLeadingZeros(names);
    return (long) names * (NameIndex.MEAN_PROBES + 2 * logarithm) + 3 * NameIndex.MAX_PROBES;
  }

  private static String[] colliding(String[] pair, int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder name = new StringBuilder();
      for (int bit = 0; bit < 14; bit++) {
        name.append(pair[i >>> bit & 1]);
      }
      names.add(name.toString());
    }
    return names.toArray(String[]::new);
  }

  /** Short texts of letters that have cases, in one byte and in two, and of some without. */
  private static String text(SplittableRandom random) {
    String letters = "aAbBäÄſsSkK\u212A\u0130i_é";
    StringBuilder text = new StringBuilder();
    for (int left = random.nextInt(4); left > 0; left--) {
      text.append(letters.charAt(random.nextInt(letters.length())));
    }
    return text.toString();
  }

  private static int firstIgnoringCase(String[] names, String name) {
    for (int i = 0; i < names.length; i++) {
      if (names[i].equalsIgnoreCase(name)) {
        return i;
      }
    }
    return -1;
  }
}
