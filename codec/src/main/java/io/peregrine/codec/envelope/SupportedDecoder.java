package io.peregrine.codec.envelope;

import io.peregrine.codec.BodyReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decodes SUPPORTED (v5 specification, section 4.2.4). Stateless; any thread may use it. Allocates.
 */
public final class SupportedDecoder {
  private SupportedDecoder() {}

  /**
   * Reads what a server supports.
   *
   * @param message stands at the message's begin
   * @return the values by option, unmodifiable
   * @throws io.peregrine.codec.MalformedMessageException if the message ends too early
   */
  public static Map<String, List<String>> decode(BodyReader message) {
    int options = message.readShort("number of options");
    Map<String, List<String>> supported = new LinkedHashMap<>();
    for (int i = 0; i < options; i++) {
      String option = message.readString("option");
      supported.put(option, readList(message, "number of values", "value"));
    }
    return Collections.unmodifiableMap(supported);
  }

  /** Reads a {@code [string list]}. */
  static List<String> readList(BodyReader message, String countField, String field) {
    int count = message.readShort(countField);
    List<String> list = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      list.add(message.readString(field));
    }
    return Collections.unmodifiableList(list);
  }
}
