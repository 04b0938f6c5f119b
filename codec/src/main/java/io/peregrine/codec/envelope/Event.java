package io.peregrine.codec.envelope;

import java.net.InetSocketAddress;

/**
 * Something that a server reports unasked (v5 specification, section 4.2.6). Immutable; any thread
 * may use it.
 */
public sealed interface Event {
  /**
   * The ring changed.
   *
   * @param change what happened
   * @param address the node that it happened to
   */
  record TopologyChange(Change change, InetSocketAddress address) implements Event {
    /** What can happen. */
    public enum Change {
      /** The node is new. */
      NEW_NODE,
      /** The node is gone. */
      REMOVED_NODE,
      /** The node has other tokens. */
      MOVED_NODE
    }
  }

  /**
   * A node went up or down, in the view of the server that reports it.
   *
   * @param change what happened
   * @param address the node that it happened to
   */
  record StatusChange(Change change, InetSocketAddress address) implements Event {
    /** What can happen. */
    public enum Change {
      /** The node is up. */
      UP,
      /** The node is down. */
      DOWN
    }
  }

  /**
   * The schema changed.
   *
   * @param change how
   */
  record SchemaChanged(SchemaChange change) implements Event {}

  /**
   * A type of event, or a word in one, that this driver does not know. It may be ignored.
   *
   * @param type the type, and the word if it is the word that is unknown
   */
  record Unknown(String type) implements Event {}
}
