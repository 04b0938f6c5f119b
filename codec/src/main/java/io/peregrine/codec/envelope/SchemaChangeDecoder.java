package io.peregrine.codec.envelope;

import io.peregrine.codec.BodyReader;
import java.util.List;

/**
 * Decodes what RESULT and EVENT say about a change of the schema (v5 specification, sections
 * 4.2.5.5 and 4.2.6). Stateless; any thread may use it. Allocates.
 *
 * <p>Words that it does not know become {@code UNKNOWN}. What follows an unknown target is not
 * read.
 */
public final class SchemaChangeDecoder {
  private SchemaChangeDecoder() {}

  /**
   * Reads a change.
   *
   * @param message stands behind the result's kind, or behind the event's type
   * @return the change
   * @throws io.peregrine.codec.MalformedMessageException if the message ends too early
   */
  public static SchemaChange decode(BodyReader message) {
    SchemaChange.Change change = changeOf(message.readString("schema change"));
    SchemaChange.Target target = targetOf(message.readString("schema change target"));
    if (target == SchemaChange.Target.UNKNOWN) {
      return new SchemaChange(change, target, "", "", List.of());
    }
    String keyspace = message.readString("keyspace");
    String name =
        target == SchemaChange.Target.KEYSPACE ? "" : message.readString("schema change name");
    List<String> argumentTypes =
        switch (target) {
          case FUNCTION, AGGREGATE ->
              SupportedDecoder.readList(message, "number of argument types", "argument type");
          default -> List.of();
        };
    return new SchemaChange(change, target, keyspace, name, argumentTypes);
  }

  private static SchemaChange.Change changeOf(String word) {
    return switch (word) {
      case "CREATED" -> SchemaChange.Change.CREATED;
      case "UPDATED" -> SchemaChange.Change.UPDATED;
      case "DROPPED" -> SchemaChange.Change.DROPPED;
      default -> SchemaChange.Change.UNKNOWN;
    };
  }

  private static SchemaChange.Target targetOf(String word) {
    return switch (word) {
      case "KEYSPACE" -> SchemaChange.Target.KEYSPACE;
      case "TABLE" -> SchemaChange.Target.TABLE;
      case "TYPE" -> SchemaChange.Target.TYPE;
      case "FUNCTION" -> SchemaChange.Target.FUNCTION;
      case "AGGREGATE" -> SchemaChange.Target.AGGREGATE;
      default -> SchemaChange.Target.UNKNOWN;
    };
  }
}
