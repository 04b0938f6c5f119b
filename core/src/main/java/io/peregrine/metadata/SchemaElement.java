package io.peregrine.metadata;

import java.util.List;

/** Something that the schema is made of. Immutable; any thread may use it. */
public interface SchemaElement {
  /**
   * The CQL that makes it, and what belongs to it, anew. It ends with a semicolon. What could not
   * be made with CQL, or was not understood, stands in a comment that says why.
   *
   * @return the statements, an empty line between two of them
   */
  String describe();

  /**
   * What the driver did not understand of it, or why CQL cannot make it.
   *
   * @return sentences for people; empty if all is well
   */
  List<String> problems();
}
