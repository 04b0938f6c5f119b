package io.peregrine.metadata;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.UserType;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A type as the schema has it: its CQL text, which also tells what is frozen, and what it means.
 * Immutable; any thread may use it.
 *
 * @param text the CQL text, as the server writes it
 * @param type what it means; a {@link DataType.CustomType} if it is not known
 * @param isKnown false if the text is no type that the driver knows, or names a user-defined type
 *     that the keyspace does not have
 */
public record CqlType(String text, DataType type, boolean isKnown) {
  /**
   * Reads a type's text.
   *
   * @param text CQL, such as {@code frozen<map<text, list<int>>>}
   * @param userTypes finds a user-defined type of the keyspace by its name, as the server has it
   *     (unquoted); null if there is none
   * @return the type; not known if the text is not understood, or nests deeper than {@link
   *     DataType#MAX_NESTING}
   */
  public static CqlType parse(String text, Function<String, @Nullable UserType> userTypes) {
    DataType type = CqlTypeParser.parse(text, userTypes);
    return type == null
        ? new CqlType(text, new DataType.CustomType(text), false)
        : new CqlType(text, type, true);
  }

  /**
   * Whether the whole value is stored, read and written as one.
   *
   * @return true if the type itself is frozen, not only something in it
   */
  public boolean isFrozen() {
    return text.startsWith("frozen<");
  }

  @Override
  public String toString() {
    return text;
  }
}
