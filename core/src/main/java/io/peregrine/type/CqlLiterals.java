package io.peregrine.type;

import io.peregrine.codec.WrongTypeException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Puts values into the text of queries, as CQL literals. Any thread may use it, and add to it at
 * any time.
 *
 * <p>Prepare a query that is executed more than once; values that the server takes apart from the
 * text cost less and have types. This is for the rest: for statements of which CQL prepares no
 * part, and for queries brought along from other drivers.
 *
 * <p>Whatever a value holds, it stays one value: text is quoted, and an object whose class has no
 * encoder, nor one above it, is refused and never written as what its {@code toString} says.
 */
public final class CqlLiterals {
  private final @Nullable CqlLiterals shared;
  private volatile Map<Class<?>, LiteralEncoder<?>> encoders = BuiltInLiterals.byClass();

  /** The literals that the driver begins with. */
  public CqlLiterals() {
    this.shared = null;
  }

  /**
   * The literals that the driver begins with, and those of others for classes that these do not
   * know, now and later.
   *
   * @param shared the others
   */
  public CqlLiterals(CqlLiterals shared) {
    this.shared = Objects.requireNonNull(shared, "shared");
  }

  /**
   * Sets how objects of a class are written, and of classes below it that have no encoder.
   *
   * @param javaClass the class or interface
   * @param encoder writes them from now on
   * @param <T> the class
   * @return this
   */
  public <T> CqlLiterals register(Class<T> javaClass, LiteralEncoder<? super T> encoder) {
    Objects.requireNonNull(javaClass, "javaClass");
    Objects.requireNonNull(encoder, "encoder");
    synchronized (this) {
      Map<Class<?>, LiteralEncoder<?>> changed = new HashMap<>(encoders);
      changed.put(javaClass, encoder);
      encoders = Map.copyOf(changed);
    }
    return this;
  }

  /**
   * A value as a literal.
   *
   * @param value the value, or null
   * @return CQL text
   * @throws WrongTypeException if there is no encoder for its class
   * @throws io.peregrine.codec.InvalidValueException if CQL has no literal for it
   */
  public String literal(@Nullable Object value) {
    StringBuilder text = new StringBuilder();
    append(value, text);
    return text.toString();
  }

  /**
   * Writes a value as a literal.
   *
   * @param value the value, or null
   * @param text where to
   * @throws WrongTypeException if there is no encoder for its class
   * @throws io.peregrine.codec.InvalidValueException if CQL has no literal for it
   */
  public void append(@Nullable Object value, StringBuilder text) {
    if (value == null) {
      text.append("NULL");
    } else {
      encoder(value.getClass()).append(value, text, this);
    }
  }

  /**
   * Puts values into a text in the place of each {@code %s}. A percent sign of the text itself is
   * written twice; but with no values at all, the text is taken as it is.
   *
   * @param query the text; no {@code %s} may stand in quotes or in a comment
   * @param values the values, in order
   * @return the text with the literals
   * @throws io.peregrine.InvalidStatementException if there are not as many values as places
   * @throws WrongTypeException if there is no encoder for a value's class
   */
  public String format(String query, @Nullable Object... values) {
    Objects.requireNonNull(values, "values; for one value that is null write (Object) null");
    return values.length == 0 ? query : new LiteralFormat(this, query).positional(values);
  }

  /**
   * Puts values into a text in the place of each {@code %(name)s}. A percent sign of the text
   * itself is written twice; but with no values at all, the text is taken as it is.
   *
   * @param query the text; no place may stand in quotes or in a comment
   * @param values the values by name; those that have no place are left out
   * @return the text with the literals
   * @throws io.peregrine.InvalidStatementException if a name has no value
   * @throws WrongTypeException if there is no encoder for a value's class
   */
  public String formatNamed(String query, Map<String, ? extends @Nullable Object> values) {
    return values.isEmpty() ? query : new LiteralFormat(this, query).named(values);
  }

  @SuppressWarnings("unchecked")
  private LiteralEncoder<Object> encoder(Class<?> javaClass) {
    Map<Class<?>, LiteralEncoder<?>> encoders = this.encoders;
    for (Class<?> c = javaClass; c != null && c != Object.class; c = c.getSuperclass()) {
      LiteralEncoder<?> encoder = encoders.get(c);
      if (encoder == null && shared != null) {
        encoder = shared.encoders.get(c);
      }
      if (encoder != null) {
        return (LiteralEncoder<Object>) encoder;
      }
    }
    LiteralEncoder<?> ofInterface = ofInterface(encoders, javaClass);
    if (ofInterface == null && shared != null) {
      ofInterface = ofInterface(shared.encoders, javaClass);
    }
    if (ofInterface == null && javaClass.isArray()) {
      ofInterface = BuiltInLiterals.ARRAY;
    }
    if (ofInterface == null) {
      throw new WrongTypeException(
          "There is no CQL literal for "
              + javaClass.getTypeName()
              + "; register a LiteralEncoder for it, or prepare the query and bind the value");
    }
    return (LiteralEncoder<Object>) ofInterface;
  }

  /** The encoder of the lowest interface that has one. */
  private static @Nullable LiteralEncoder<?> ofInterface(
      Map<Class<?>, LiteralEncoder<?>> encoders, Class<?> javaClass) {
    Class<?> lowest = null;
    for (Class<?> candidate : encoders.keySet()) {
      if (candidate.isInterface()
          && candidate.isAssignableFrom(javaClass)
          && (lowest == null || lowest.isAssignableFrom(candidate))) {
        lowest = candidate;
      }
    }
    return lowest == null ? null : encoders.get(lowest);
  }
}
