package io.peregrine.conductor;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A statement as a set of things said: what stands before WITH, and each option. White space and
 * the order of options do not count.
 *
 * @param head what stands before WITH
 * @param options what stands behind it
 */
record CqlClauses(String head, Set<String> options) {
  static CqlClauses of(String statement) {
    List<String> words = words(statement);
    int with = words.indexOf("WITH");
    // A mask is told by WITH as well.
    while (with > 0 && words.get(with - 1).equals("MASKED")) {
      int next = words.subList(with + 1, words.size()).indexOf("WITH");
      with = next < 0 ? -1 : with + 1 + next;
    }
    Set<String> options = new TreeSet<>();
    List<String> option = new ArrayList<>();
    for (String word : with < 0 ? List.<String>of() : words.subList(with + 1, words.size())) {
      if (word.equals("AND")) {
        options.add(String.join(" ", option));
        option.clear();
      } else {
        option.add(word);
      }
    }
    if (!option.isEmpty()) {
      options.add(String.join(" ", option));
    }
    return new CqlClauses(head(with < 0 ? words : words.subList(0, with)), options);
  }

  /** The columns of a table stand in any order. */
  private static String head(List<String> words) {
    if (!words.get(1).equals("TABLE")) {
      return String.join(" ", words);
    }
    Set<String> columns = new TreeSet<>();
    StringBuilder column = new StringBuilder();
    int open = 0;
    for (String word : words.subList(4, words.size() - 1)) {
      open += "(<".contains(word) ? 1 : ")>".contains(word) ? -1 : 0;
      if (word.equals(",") && open == 0) {
        columns.add(column.toString());
        column.setLength(0);
      } else {
        column.append(word).append(' ');
      }
    }
    columns.add(column.toString());
    return String.join(" ", words.subList(0, 3)) + columns;
  }

  /** Which words are reserved depends on the version of the server. */
  private static String plain(String word) {
    return word.matches("\"[a-z][a-z0-9_]*\"") ? word.substring(1, word.length() - 1) : word;
  }

  private static List<String> words(String statement) {
    List<String> words = new ArrayList<>();
    int position = 0;
    while (position < statement.length()) {
      char c = statement.charAt(position);
      int end = position + 1;
      if (statement.startsWith("$$", position)) {
        end = statement.indexOf("$$", position + 2) + 2;
      } else if (c == '\'' || c == '"') {
        end = statement.indexOf(c, position + 1) + 1;
      } else if (Character.isJavaIdentifierPart(c) || c == '.') {
        while (end < statement.length()
            && (Character.isJavaIdentifierPart(statement.charAt(end))
                || statement.charAt(end) == '.')) {
          end++;
        }
      }
      String word = plain(statement.substring(position, end));
      int last = words.size() - 1;
      if (last >= 0 && words.get(last).endsWith(".")) {
        words.set(last, words.get(last) + word);
      } else if (!Character.isWhitespace(c) && c != ';') {
        words.add(word);
      }
      position = end;
    }
    return words;
  }
}
