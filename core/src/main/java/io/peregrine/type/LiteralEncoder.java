package io.peregrine.type;

/**
 * Writes objects of one class as CQL literals. Any thread may use it, many at once.
 *
 * <p>What it writes stands in a query as it is: text of others must go through {@link
 * CqlLiterals#append}, which puts it in quotes.
 *
 * @param <T> the class
 */
@FunctionalInterface
public interface LiteralEncoder<T> {
  /**
   * Writes one literal.
   *
   * @param value the object, never null
   * @param text where to
   * @param literals the encoders, for what is inside the object
   */
  void append(T value, StringBuilder text, CqlLiterals literals);
}
