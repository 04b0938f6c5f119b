package io.peregrine.graph;

/**
 * What stands for a part of an element where a name could be a property's: in GraphSON 2 and 3 a
 * key of the maps that {@code valueMap(true)} and {@code elementMap()} give.
 */
public enum GraphToken {
  /** {@code T.id}. */
  ID("g:T", "id"),
  /** {@code T.label}. */
  LABEL("g:T", "label"),
  /** {@code T.key}. */
  KEY("g:T", "key"),
  /** {@code T.value}. */
  VALUE("g:T", "value"),
  /** {@code Direction.IN}. */
  IN("g:Direction", "IN"),
  /** {@code Direction.OUT}. */
  OUT("g:Direction", "OUT"),
  /** {@code Direction.BOTH}. */
  BOTH("g:Direction", "BOTH");

  private final String type;
  private final String text;

  GraphToken(String type, String text) {
    this.type = type;
    this.text = text;
  }

  /** Its type in GraphSON 2 and 3. */
  String type() {
    return type;
  }

  /** What GraphSON calls it. */
  String text() {
    return text;
  }
}
