package io.peregrine.metrics;

import io.peregrine.io.CountersFileDescriptor;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Puts counters into words: tables for people, JSON for programs. Static methods only. */
final class StatText {
  private static final String ROW = "%-24s %20s %14s%n";
  private static final double NANOS_PER_SECOND = 1e9;

  private StatText() {}

  /** A table of all counters; rates are those since an earlier reading, if there is one. */
  static String table(StatFile now, @Nullable StatFile before, long nanosBetween, boolean byAgent) {
    StringBuilder text = new StringBuilder(4096);
    text.append("cluster ").append(now.cluster()).append(", process ").append(now.pid());
    if (now.isAlive()) {
      long millis = System.currentTimeMillis() - now.madeAt();
      text.append(", up ").append(span(Duration.ofMillis(Math.max(0, millis))));
    } else {
      text.append(", DEAD, begun ").append(Instant.ofEpochMilli(now.madeAt()));
    }
    text.append(System.lineSeparator());
    if (byAgent) {
      for (String agent : now.agents()) {
        text.append(System.lineSeparator()).append(agent).append(System.lineSeparator());
        rows(text, now, before, nanosBetween, agent);
      }
    } else {
      rows(text, now, before, nanosBetween, "");
    }
    return text.toString();
  }

  private static void rows(
      StringBuilder text,
      StatFile now,
      @Nullable StatFile before,
      long nanosBetween,
      String agent) {
    text.append(String.format(Locale.ROOT, ROW, "counter", "value", "per second"));
    Map<String, StatFile.Counter> old = before == null ? Map.of() : before.together(agent);
    for (StatFile.Counter counter : now.together(agent).values()) {
      StatFile.Counter then = old.get(counter.name());
      boolean hasRate = counter.type() == CountersFileDescriptor.TOTAL && then != null;
      String rate =
          hasRate && nanosBetween > 0
              ? String.format(
                  Locale.ROOT,
                  "%,.0f",
                  (counter.value() - then.value()) * NANOS_PER_SECOND / nanosBetween)
              : "";
      String value = String.format(Locale.ROOT, "%,d", counter.value());
      text.append(String.format(Locale.ROOT, ROW, counter.name(), value, rate));
    }
  }

  private static String span(Duration time) {
    return time.toDays() > 0
        ? time.toDays() + " d " + time.toHoursPart() + " h"
        : time.toHours() > 0
            ? time.toHours() + " h " + time.toMinutesPart() + " min"
            : time.toMinutes() + " min " + time.toSecondsPart() + " s";
  }

  /** One object on one line. */
  static String json(StatFile file) {
    String agents =
        file.agents().stream()
            .map(agent -> quoted(agent) + ":" + counters(file, agent))
            .collect(Collectors.joining(",", "{", "}"));
    return "{\"layout\":"
        + CountersFileDescriptor.LAYOUT_VERSION
        + ",\"cluster\":"
        + quoted(file.cluster())
        + ",\"pid\":"
        + file.pid()
        + ",\"alive\":"
        + file.isAlive()
        + ",\"begun\":"
        + quoted(Instant.ofEpochMilli(file.madeAt()).toString())
        + ",\"counters\":"
        + counters(file, "")
        + ",\"agents\":"
        + agents
        + "}";
  }

  private static String counters(StatFile file, String agent) {
    return file.together(agent).values().stream()
        .map(counter -> quoted(counter.name()) + ":" + counter.value())
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
