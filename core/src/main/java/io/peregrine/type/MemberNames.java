package io.peregrine.type;

import java.util.List;

/** Which column or field a Java name means. Stateless. */
final class MemberNames {
  private MemberNames() {}

  /**
   * The place of the one name that a Java name means: the same name, else the same words as CQL
   * writes them, with underscores, else the only one that differs in upper and lower case alone.
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
    int found = -1;
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equalsIgnoreCase(javaName)) {
        if (found >= 0) {
          return -1;
        }
        found = i;
      }
    }
    return found;
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
