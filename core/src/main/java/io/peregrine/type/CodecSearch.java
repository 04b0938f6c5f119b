package io.peregrine.type;

import io.peregrine.codec.DataType;
import io.peregrine.codec.WrongTypeException;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the codec for a CQL type and a Java type. Stateless. */
final class CodecSearch {
  private CodecSearch() {}

  /** The codec, bound to the type; null if there is none. */
  static @Nullable TypeCodec<?> search(TypeCodecs codecs, DataType type, Type as) {
    Class<?> raw = raw(as);
    if (raw.isPrimitive()) {
      return codecs.find(type, MethodType.methodType(raw).wrap().returnType());
    }
    TypeCodec<?> registered = codecs.registered(type, raw);
    if (registered != null) {
      return registered;
    }
    if (raw == Optional.class) {
      TypeCodec<?> inner = codecs.find(type, argument(as, 0, ReadAs.of(type)));
      return inner == null ? null : new OptionalCodec<>(inner);
    }
    if (raw.isEnum() && EnumCodec.takes(type)) {
      return enumCodec(raw);
    }
    if (raw.isRecord() && type instanceof DataType.UserType) {
      return UdtMapper.of(raw).bind(type, codecs);
    }
    TypeCodec<?> converting = ConvertingCodec.builtIn(raw);
    if (converting != null && converting.accepts(type)) {
      return converting;
    }
    TypeCodec<?> elements = elements(codecs, type, as, raw);
    if (elements != null) {
      return elements;
    }
    ReadAs<?> readAs = new ReadAs<>(raw);
    return readAs.accepts(type) && !(as instanceof ParameterizedType) ? readAs : null;
  }

  /** The codec of an array, or of a collection that says what is in it. */
  private static @Nullable TypeCodec<?> elements(
      TypeCodecs codecs, DataType type, Type as, Class<?> raw) {
    if (type instanceof DataType.MapType map) {
      if (raw != Map.class || !(as instanceof ParameterizedType)) {
        return null;
      }
      TypeCodec<?> key = codecs.find(map.key(), argument(as, 0, Object.class));
      TypeCodec<?> value = codecs.find(map.value(), argument(as, 1, Object.class));
      return key == null || value == null ? null : new MapCodec(key, value);
    }
    DataType element = elementOf(type);
    if (element == null) {
      return null;
    }
    if (raw.isArray()) {
      Type component = as instanceof GenericArrayType a ? a.getGenericComponentType() : raw;
      TypeCodec<?> codec =
          codecs.find(element, component == raw ? raw.getComponentType() : component);
      return codec == null ? null : arrayCodec(raw, codec);
    }
    if (!(as instanceof ParameterizedType)) {
      return null;
    }
    TypeCodec<?> codec = codecs.find(element, argument(as, 0, Object.class));
    if (codec == null) {
      return null;
    }
    if (raw == Set.class) {
      return type instanceof DataType.SetType ? new CollectionCodec(Set.class, codec) : null;
    }
    boolean isList = raw == List.class && !(type instanceof DataType.SetType);
    return isList || raw == Collection.class || raw == Iterable.class
        ? new CollectionCodec(raw, codec)
        : null;
  }

  static @Nullable DataType elementOf(DataType type) {
    if (type instanceof DataType.ListType list) {
      return list.element();
    }
    if (type instanceof DataType.SetType set) {
      return set.element();
    }
    return type instanceof DataType.VectorType vector ? vector.element() : null;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static TypeCodec<?> enumCodec(Class<?> raw) {
    return new EnumCodec(raw);
  }

  private static <A> TypeCodec<A> arrayCodec(Class<A> raw, TypeCodec<?> element) {
    return new ArrayCodec<>(raw, element);
  }

  private static Type argument(Type type, int i, Type otherwise) {
    return type instanceof ParameterizedType parameterized
        ? parameterized.getActualTypeArguments()[i]
        : otherwise;
  }

  /** The class of a Java type, without its parameters. */
  static Class<?> raw(Type type) {
    if (type instanceof Class<?> javaClass) {
      return javaClass;
    }
    if (type instanceof ParameterizedType parameterized) {
      return (Class<?>) parameterized.getRawType();
    }
    if (type instanceof WildcardType wildcard) {
      return raw(wildcard.getUpperBounds()[0]);
    }
    if (type instanceof GenericArrayType array) {
      return Array.newInstance(raw(array.getGenericComponentType()), 0).getClass();
    }
    throw new WrongTypeException(
        type.getTypeName() + " stands for no class; use a class, or one with its parameters given");
  }
}
