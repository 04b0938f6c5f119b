package io.peregrine.graph;

/**
 * What stands for a part of an element where a name could be a property's: in GraphSON 2 and 3 a
 * key of the maps that {@code valueMap(true)} and {@code elementMap()} give.
 */
public enum GraphToken {
  /** {@code T.id}. */
  ID,
  /** {@code T.label}. */
  LABEL,
  /** {@code T.key}. */
  KEY,
  /** {@code T.value}. */
  VALUE,
  /** {@code Direction.IN}. */
  IN,
  /** {@code Direction.OUT}. */
  OUT,
  /** {@code Direction.BOTH}. */
  BOTH
}
