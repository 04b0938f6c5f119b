package io.peregrine.graph;

import io.peregrine.codec.WrongTypeException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One result of a graph query: an element, or a value. Immutable; any thread may use it.
 *
 * <p>GraphSON 2 and 3 say what a value is, and then it is that. GraphSON 1 says it of vertices and
 * edges alone: numbers, texts, booleans, maps and lists are what JSON has, and {@link #as} makes of
 * them what the query is known to give.
 */
public final class GraphResult {
  private static final ElementReader AS_THEY_ARE = new ElementReader(UnaryOperator.identity());

  private final @Nullable Object value;

  /**
   * A result.
   *
   * @param value what it is, perhaps null
   */
  public GraphResult(@Nullable Object value) {
    this.value = own(value);
  }

  /** Whoever reads a buffer moves it on, and there may be others who read it. */
  private static @Nullable Object own(@Nullable Object value) {
    return value instanceof ByteBuffer bytes ? bytes.asReadOnlyBuffer() : value;
  }

  /**
   * What it is.
   *
   * @return a {@link Vertex}, {@link Edge}, {@link VertexProperty}, {@link Property}, {@link Path},
   *     {@link BulkSet}, {@link GraphToken} or {@link TypedValue}; an unmodifiable map, list or
   *     set; a String, a Boolean, a number, or another value of a class that the driver reads
   *     columns as; or null. Bytes are a read-only buffer that is nobody else's
   */
  public @Nullable Object value() {
    return own(value);
  }

  /**
   * Whether it is null.
   *
   * @return true if there is no value
   */
  public boolean isNull() {
    return value == null;
  }

  /**
   * The value as one of a class: a number as one of another class that holds it, a text as what it
   * is the text of, such as a UUID, an Instant or a Point, an object as the path or property that
   * GraphSON 1 does not tell it is.
   *
   * @param javaClass the class; of a number its box
   * @param <T> the class
   * @return the value; null if it is null
   * @throws WrongTypeException if it is none
   */
  public <T> @Nullable T as(Class<T> javaClass) {
    Object value = value();
    if (value == null || javaClass.isInstance(value)) {
      return javaClass.cast(value);
    }
    Object converted = null;
    if (value instanceof Number number && Numbers.has(javaClass)) {
      converted = Numbers.exact(number, javaClass).orElse(null);
    } else if (value instanceof String text && TextForms.has(javaClass)) {
      converted = ofText(text, javaClass);
    } else if (value instanceof Map<?, ?> map) {
      converted = element(map, javaClass);
    }
    if (converted == null) {
      throw new WrongTypeException(
          TextForms.shown(value)
              + ", of "
              + value.getClass().getSimpleName()
              + ", cannot be had as "
              + javaClass.getName());
    }
    return javaClass.cast(converted);
  }

  private static Object ofText(String text, Class<?> javaClass) {
    try {
      return TextForms.read(javaClass, text);
    } catch (GraphsonException e) {
      throw new WrongTypeException(e.getMessage());
    }
  }

  private static @Nullable Object element(Map<?, ?> map, Class<?> javaClass) {
    try {
      if (javaClass == Path.class) {
        return AS_THEY_ARE.path(map);
      }
      if (javaClass == VertexProperty.class) {
        return AS_THEY_ARE.vertexProperty(map, "");
      }
      return javaClass == Property.class ? AS_THEY_ARE.property(map) : null;
    } catch (GraphsonException e) {
      throw new WrongTypeException(e.getMessage());
    }
  }

  /**
   * What a map has under a name.
   *
   * @param name the name
   * @return what is there, null if there is nothing
   * @throws WrongTypeException if it is no map
   */
  public GraphResult get(String name) {
    if (value instanceof Map<?, ?> map) {
      return new GraphResult(map.get(name));
    }
    throw new WrongTypeException(
        TextForms.shown(value) + " has nothing under '" + name + "', because it is no map");
  }

  /**
   * What a list has at a place.
   *
   * @param i the place, from 0
   * @return what is there
   * @throws WrongTypeException if it is no list
   * @throws IndexOutOfBoundsException if there is no such place
   */
  public GraphResult get(int i) {
    if (value instanceof List<?> list) {
      return new GraphResult(list.get(i));
    }
    throw new WrongTypeException(
        TextForms.shown(value) + " has nothing at " + i + ", because it is no list");
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof GraphResult that && Objects.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(value);
  }

  @Override
  public String toString() {
    return String.valueOf(value);
  }
}
