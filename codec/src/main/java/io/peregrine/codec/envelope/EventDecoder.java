package io.peregrine.codec.envelope;

import io.peregrine.codec.BodyReader;

/**
 * Decodes EVENT (v5 specification, section 4.2.6). Stateless; any thread may use it. Allocates.
 *
 * <p>Newer servers have words that this driver does not know; they become {@link Event.Unknown}.
 */
public final class EventDecoder {
  private static final String NODE_FIELD = "event address";

  private EventDecoder() {}

  /**
   * Reads an event.
   *
   * @param message stands at the message's begin
   * @return the event
   * @throws io.peregrine.codec.MalformedMessageException if the message ends too early or has wrong
   *     values
   */
  public static Event decode(BodyReader message) {
    String type = message.readString("event type");
    return switch (type) {
      case "TOPOLOGY_CHANGE" -> topologyChange(message);
      case "STATUS_CHANGE" -> statusChange(message);
      case "SCHEMA_CHANGE" -> schemaChange(message);
      default -> new Event.Unknown(type);
    };
  }

  private static Event topologyChange(BodyReader message) {
    String word = message.readString("topology change");
    return switch (word) {
      case "NEW_NODE" -> topologyChange(Event.TopologyChange.Change.NEW_NODE, message);
      case "REMOVED_NODE" -> topologyChange(Event.TopologyChange.Change.REMOVED_NODE, message);
      case "MOVED_NODE" -> topologyChange(Event.TopologyChange.Change.MOVED_NODE, message);
      default -> new Event.Unknown("TOPOLOGY_CHANGE " + word);
    };
  }

  private static Event topologyChange(Event.TopologyChange.Change change, BodyReader message) {
    return new Event.TopologyChange(change, InetNotation.readWithPort(message, NODE_FIELD));
  }

  private static Event statusChange(BodyReader message) {
    String word = message.readString("status change");
    return switch (word) {
      case "UP" -> statusChange(Event.StatusChange.Change.UP, message);
      case "DOWN" -> statusChange(Event.StatusChange.Change.DOWN, message);
      default -> new Event.Unknown("STATUS_CHANGE " + word);
    };
  }

  private static Event statusChange(Event.StatusChange.Change change, BodyReader message) {
    return new Event.StatusChange(change, InetNotation.readWithPort(message, NODE_FIELD));
  }

  private static Event schemaChange(BodyReader message) {
    SchemaChange change = SchemaChangeDecoder.decode(message);
    boolean isKnown =
        change.change() != SchemaChange.Change.UNKNOWN
            && change.target() != SchemaChange.Target.UNKNOWN;
    return isKnown ? new Event.SchemaChanged(change) : new Event.Unknown("SCHEMA_CHANGE");
  }
}
