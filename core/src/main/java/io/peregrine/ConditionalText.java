package io.peregrine;

/**
 * Tells from the text of a query what kind of query it is, where the driver has to know. Pure; any
 * thread may ask.
 */
final class ConditionalText {
  private final String text;
  private int start;
  private int position;

  private ConditionalText(String text) {
    this.text = text;
  }

  /**
   * Whether a text is an INSERT, UPDATE, DELETE or batch with an {@code IF}, which is a reserved
   * word: where it stands outside of strings, quoted names and comments, it begins a condition.
   *
   * @return true if it is; false if not, or if the text is none that a server would understand
   */
  static boolean isConditional(String text) {
    ConditionalText words = new ConditionalText(text);
    if (!words.next()
        || !words.is("INSERT")
            && !words.is("UPDATE")
            && !words.is("DELETE")
            && !words.is("BEGIN")) {
      return false;
    }
    while (words.next()) {
      if (words.is("IF")) {
        return true;
      }
    }
    return false;
  }

  /** Whether a text is a SELECT. */
  static boolean isSelect(String text) {
    ConditionalText words = new ConditionalText(text);
    return words.next() && words.is("SELECT");
  }

  /** Whether a text makes its connection use another keyspace. */
  static boolean isUse(String text) {
    ConditionalText words = new ConditionalText(text);
    return words.next() && words.is("USE");
  }

  /** Goes to the next word, if there is one. */
  private boolean next() {
    while (position < text.length()) {
      char c = text.charAt(position);
      if (isPartOfWord(c)) {
        start = position;
        while (position < text.length() && isPartOfWord(text.charAt(position))) {
          position++;
        }
        return true;
      }
      if (c == '\'' || c == '"') {
        skipTo(String.valueOf(c), 1);
      } else if (text.startsWith("$$", position)) {
        skipTo("$$", 2);
      } else if (text.startsWith("--", position) || text.startsWith("//", position)) {
        skipTo("\n", 2);
      } else if (text.startsWith("/*", position)) {
        skipTo("*/", 2);
      } else {
        position++;
      }
    }
    return false;
  }

  private boolean is(String word) {
    return position - start == word.length()
        && text.regionMatches(true, start, word, 0, word.length());
  }

  /** A quote that stands twice within quotes ends them and begins them anew, which is the same. */
  private void skipTo(String end, int opening) {
    int at = text.indexOf(end, position + opening);
    position = at < 0 ? text.length() : at + end.length();
  }

  private static boolean isPartOfWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }
}
