package io.peregrine.type;

import io.peregrine.InvalidStatementException;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts literals into one text. Confined to the thread that makes it.
 *
 * <p>It follows quotes and comments as Cassandra does, because a literal in the midst of one would
 * not be one: in {@code '%s'}, the literal's own quotes would end the text's.
 */
final class LiteralFormat {
  private final CqlLiterals literals;
  private final String query;
  private final StringBuilder text = new StringBuilder();
  private int at;

  LiteralFormat(CqlLiterals literals, String query) {
    this.literals = literals;
    this.query = query;
  }

  String positional(@Nullable Object[] values) {
    int[] used = {0};
    format(
        name -> {
          if (name != null) {
            throw refused("has a place with a name, %(" + name + ")s, but the values have none");
          }
          if (used[0] == values.length) {
            throw refused("has more places than the " + values.length + " values");
          }
          literal(values[used[0]++]);
        });
    if (used[0] < values.length) {
      throw refused("has " + used[0] + " places for " + values.length + " values");
    }
    return text.toString();
  }

  String named(Map<String, ? extends @Nullable Object> values) {
    format(
        name -> {
          if (name == null) {
            throw refused("has a place without a name, %s, but the values have names");
          }
          if (!values.containsKey(name)) {
            throw refused("has a place for '" + name + "', which has no value");
          }
          literal(values.get(name));
        });
    return text.toString();
  }

  private void format(Consumer<@Nullable String> place) {
    while (at < query.length()) {
      int end = endOfQuoted();
      if (end > at) {
        copyQuoted(end);
      } else if (query.charAt(at) == '%') {
        percent(place);
      } else {
        text.append(query.charAt(at++));
      }
    }
  }

  /** Where what begins here ends, if it is in quotes or a comment; here, if it is not. */
  private int endOfQuoted() {
    char c = query.charAt(at);
    if (c == '\'' || c == '"') {
      return after(query.indexOf(c, at + 1), 1);
    }
    if (query.startsWith("$$", at)) {
      return after(query.indexOf("$$", at + 2), 2);
    }
    if (query.startsWith("/*", at)) {
      return after(query.indexOf("*/", at + 2), 2);
    }
    if (query.startsWith("--", at) || query.startsWith("//", at)) {
      int line = query.indexOf('\n', at);
      int carriage = query.indexOf('\r', at);
      return after(carriage < 0 || line >= 0 && line < carriage ? line : carriage, 0);
    }
    return at;
  }

  private int after(int found, int length) {
    return found < 0 ? query.length() : found + length;
  }

  private void copyQuoted(int end) {
    while (at < end) {
      char c = query.charAt(at++);
      text.append(c);
      if (c != '%') {
        continue;
      }
      if (at < end && query.charAt(at) == '%') {
        at++;
      } else {
        at--;
        throw refused(
            "has a single % within quotes or a comment. A value brings its own quotes, so write %s"
                + " without any; a percent sign that is meant is written %%");
      }
    }
  }

  private void percent(Consumer<@Nullable String> place) {
    if (query.startsWith("%%", at)) {
      text.append('%');
      at += 2;
      return;
    }
    if (query.startsWith("%s", at)) {
      place.accept(null);
      at += 2;
    } else if (query.startsWith("%(", at) && query.indexOf(")s", at) > 0) {
      int end = query.indexOf(")s", at);
      place.accept(query.substring(at + 2, end));
      at = end + 2;
    } else {
      throw refused("has a % that is neither %s, %(name)s nor %%");
    }
    if (at < query.length() && joins(query.charAt(at)) && !text.isEmpty()) {
      text.append(' ');
    }
  }

  /** A literal stands by itself: it must not become one word with what is before or behind it. */
  private void literal(@Nullable Object value) {
    if (!text.isEmpty() && joins(text.charAt(text.length() - 1))) {
      text.append(' ');
    }
    literals.append(value, text);
  }

  private static boolean joins(char c) {
    return Character.isLetterOrDigit(c) || "_'\"-$/*.%".indexOf(c) >= 0;
  }

  private InvalidStatementException refused(String problem) {
    return new InvalidStatementException(
        "The query \"" + query + "\" " + problem + " (at index " + at + ")");
  }
}
