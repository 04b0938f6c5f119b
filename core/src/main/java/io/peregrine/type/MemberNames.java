package io.peregrine.type;

import java.util.List;
import java.util.function.Predicate;

/** Which column or field a Java name means. Stateless. */
final class MemberNames {
  private static final int NONE = -1;
  private static final int SEVERAL = -2;

  private MemberNames() {}

  /**
   * The place of the one name that a Java name means: the same name, else the same words as CQL
   * writes them, with underscores, else the only one that differs in upper and lower case alone,
   * else the only one that differs in what no Java name has, as in {@code [applied]} and {@code
   * system.max(price)}.
   *
   * @return its index, -1 if there is none
   */
  static int indexOf(List<String> names, String javaName) {
    int exact = names.indexOf(javaName);
    if (exact >= 0) {
      return exact;
    }
    int words = names.indexOf(underscored(javaName));
    if (words >= 0) {
      return words;
    }
    int found = only(names, name -> name.equalsIgnoreCase(javaName));
    if (found != NONE) {
      return found == SEVERAL ? NONE : found;
    }
    String underscored = underscored(javaName);
    found =
        only(
            names,
            name -> {
              String plain = plain(name);
              return plain.equalsIgnoreCase(javaName) || plain.equalsIgnoreCase(underscored);
            });
    return found == SEVERAL ? NONE : found;
  }

  private static int only(List<String> names, Predicate<String> fits) {
    int found = NONE;
    for (int i = 0; i < names.size(); i++) {
      if (fits.test(names.get(i))) {
        if (found != NONE) {
          return SEVERAL;
        }
        found = i;
      }
    }
    return found;
  }

  /** A name without what is neither letter nor digit at its ends, and with underscores between. */
  private static String plain(String name) {
    StringBuilder text = new StringBuilder();
    boolean gap = false;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!Character.isLetterOrDigit(c)) {
        gap = true;
        continue;
      }
      if (gap && text.length() > 0) {
        text.append('_');
      }
      gap = false;
      text.append(c);
    }
    return text.toString();
  }

  /** The words of a Java name as CQL writes them: {@code bestBid} is {@code best_bid}. */
  static String underscored(String javaName) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < javaName.length(); i++) {
      char c = javaName.charAt(i);
      if (Character.isUpperCase(c)) {
        boolean first = i == 0 || javaName.charAt(i - 1) == '_';
        boolean afterLower = i > 0 && !Character.isUpperCase(javaName.charAt(i - 1));
        boolean beforeLower =
            i + 1 < javaName.length() && Character.isLowerCase(javaName.charAt(i + 1));
        if (!first && (afterLower || beforeLower)) {
          text.append('_');
        }
        text.append(Character.toLowerCase(c));
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }
}
