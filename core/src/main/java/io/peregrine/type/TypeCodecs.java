package io.peregrine.type;

import io.peregrine.codec.DataType;
import io.peregrine.codec.WrongTypeException;
import io.peregrine.codec.row.ValueGetters;
import io.peregrine.codec.row.ValueWriter;
import io.peregrine.codec.value.ValueEncoder;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The codecs of a cluster: how Java objects are written as values, and values read as objects. Any
 * thread may use it, and add to it at any time; requests that are made meanwhile use what was there
 * before or what is there now.
 *
 * <p>It begins with these. What the server's type is read as of its own accord ({@link
 * io.peregrine.codec.value.ValueDecoder}), and the classes above it; {@code byte[]} for a blob,
 * {@link java.util.Date} for a timestamp, {@link java.time.Duration} and {@link java.time.Period}
 * for a duration that is one. An enum in a text is the constant's name, in an int, smallint or
 * tinyint its ordinal. A record in a user-defined type has its fields by their names, as {@link
 * UdtMapper} tells. {@link Optional} has a value or is empty for null. Arrays and collections are
 * of whatever there is a codec for.
 *
 * <p>Codecs that are registered come before those, the last one before the others.
 */
public final class TypeCodecs {
  /** Keys are made of types and classes, of which a program has few; more are a leak of theirs. */
  private static final int MAX_BOUND = 4_096;

  private final CqlLiterals literals = new CqlLiterals();
  private volatile Snapshot snapshot = new Snapshot(List.of());

  /** The codecs that the driver begins with. */
  public TypeCodecs() {}

  /**
   * What is registered at one time, with what has been found by it.
   *
   * @param registered the codecs, the last one first
   * @param bound what was made of them, by what it was made for
   */
  private record Snapshot(List<TypeCodec<?>> registered, Map<Object, Object> bound) {
    Snapshot(List<TypeCodec<?>> registered) {
      this(registered, new ConcurrentHashMap<>());
    }
  }

  private record Key(DataType type, Type as) {}

  /**
   * Adds a codec.
   *
   * @param codec comes before all others that are for the same class and CQL type
   * @return this
   */
  public TypeCodecs register(TypeCodec<?> codec) {
    Objects.requireNonNull(codec, "codec");
    synchronized (this) {
      List<TypeCodec<?>> codecs = new ArrayList<>();
      codecs.add(codec);
      codecs.addAll(snapshot.registered());
      snapshot = new Snapshot(List.copyOf(codecs));
    }
    return this;
  }

  /**
   * The codec for a CQL type and a class.
   *
   * @param type the CQL type
   * @param as the class
   * @param <T> the class
   * @return the codec, bound to the type
   * @throws WrongTypeException if there is none
   * @throws MappingException if there is one, but the class does not fit
   */
  @SuppressWarnings("unchecked")
  public <T> TypeCodec<T> codec(DataType type, Class<T> as) {
    return (TypeCodec<T>) codec(type, (Type) as);
  }

  /**
   * The codec for a CQL type and a Java type with parameters, such as {@code List<Side>}.
   *
   * @param type the CQL type
   * @param as the Java type
   * @return the codec, bound to the type
   * @throws WrongTypeException if there is none
   * @throws MappingException if there is one, but the class does not fit
   */
  public TypeCodec<?> codec(DataType type, Type as) {
    TypeCodec<?> codec = find(type, as);
    if (codec == null) {
      throw new WrongTypeException(
          "type "
              + type
              + " is read as "
              + ReadAs.of(type).getName()
              + ", not as "
              + as.getTypeName()
              + "; register a TypeCodec for it");
    }
    return codec;
  }

  /** The codec for a CQL type and a Java type, or null if there is none. */
  @Nullable TypeCodec<?> find(DataType type, Type as) {
    Object found =
        remembered(
            new Key(type, as), () -> Optional.ofNullable(CodecSearch.search(this, type, as)));
    return (TypeCodec<?>) ((Optional<?>) found).orElse(null);
  }

  /** The codec that was registered for a class, bound to a type; null if there is none. */
  <T> @Nullable TypeCodec<T> registered(DataType type, Class<T> as) {
    for (TypeCodec<?> codec : snapshot.registered()) {
      if (codec.javaClass() == as && codec.accepts(type)) {
        @SuppressWarnings("unchecked")
        TypeCodec<T> found = (TypeCodec<T>) codec;
        return found.bind(type, this);
      }
    }
    return null;
  }

  /** What was made for a key since a codec was last registered, or is made now. */
  Object remembered(Object key, Supplier<?> make) {
    Map<Object, Object> bound = snapshot.bound();
    Object known = bound.get(key);
    if (known == null) {
      known = make.get();
      if (bound.size() >= MAX_BOUND) {
        bound.clear();
      }
      bound.put(key, known);
    }
    return known;
  }

  /**
   * Reads a value as an object of some class.
   *
   * @param value stands on the value, whose type must be known
   * @param as the class
   * @param <T> the class
   * @return the object; null for null, unless the codec has a word for it
   * @throws WrongTypeException if there is no codec for it
   * @throws MappingException if there is one, but the class does not fit
   */
  public <T> @Nullable T decode(ValueGetters value, Class<T> as) {
    DataType type = typeOf(value);
    TypeCodec<T> codec = codec(type, as);
    return ReadAs.isAbsent(type, value) ? codec.absent() : codec.decode(type, value);
  }

  private static DataType typeOf(ValueGetters value) {
    DataType type = value.type();
    if (type == null) {
      throw new WrongTypeException("the value's type is not known; give the column definitions");
    }
    return type;
  }

  /**
   * Writes an object by the codec of its class. If it throws, the writer stands where it stood.
   *
   * @param type the value's CQL type
   * @param value the object, or null for null
   * @param writer where to
   * @throws WrongTypeException if there is no codec for it
   * @throws io.peregrine.codec.InvalidValueException if the type cannot hold the object
   */
  public void encode(DataType type, @Nullable Object value, ValueWriter writer) {
    if (value == null || NestedWriter.isPlain(this, value)) {
      ValueEncoder.encode(type, value, writer);
      return;
    }
    int mark = writer.mark();
    try {
      NestedWriter.write(this, type, value, writer);
    } catch (RuntimeException e) {
      writer.reset(mark);
      throw e;
    }
  }

  /**
   * Writes an object by the codec of a given class. If it throws, the writer stands where it stood.
   *
   * @param type the value's CQL type
   * @param value the object, or null for null
   * @param as the class
   * @param writer where to
   * @param <T> the class
   * @throws WrongTypeException if there is no codec for it
   * @throws io.peregrine.codec.InvalidValueException if the type cannot hold the object
   */
  public <T> void encode(DataType type, @Nullable T value, Class<T> as, ValueWriter writer) {
    TypeCodec<T> codec = codec(type, as);
    if (value == null) {
      writer.putNull();
      return;
    }
    int mark = writer.mark();
    try {
      codec.encode(type, value, writer);
    } catch (RuntimeException e) {
      writer.reset(mark);
      throw e;
    }
  }

  /**
   * Whether values are read as objects of a class, or of one above it, without any codec: as what
   * the driver makes of their type anyway.
   *
   * @param as the class
   * @return true for the classes that {@link io.peregrine.codec.value.ValueDecoder} makes, unless a
   *     codec is registered for it
   */
  public boolean readsPlainly(Class<?> as) {
    return ReadAs.isRead(as) && !isRegistered(as);
  }

  /**
   * Reads a list or vector of objects of some class.
   *
   * @param value stands on the value
   * @param element the class of the elements
   * @param <E> that class
   * @return a list that cannot be changed, or null
   * @throws WrongTypeException if the value is no list or vector, or has no such elements
   */
  @SuppressWarnings("unchecked")
  public <E> @Nullable List<E> decodeList(ValueGetters value, Class<E> element) {
    return (List<E>) decode(value, new ParameterizedClass(List.class, element));
  }

  /**
   * Reads a set of objects of some class.
   *
   * @param value stands on the value
   * @param element the class of the elements
   * @param <E> that class
   * @return a set that cannot be changed, or null
   * @throws WrongTypeException if the value is no set, or has no such elements
   */
  @SuppressWarnings("unchecked")
  public <E> @Nullable Set<E> decodeSet(ValueGetters value, Class<E> element) {
    return (Set<E>) decode(value, new ParameterizedClass(Set.class, element));
  }

  /**
   * Reads a map of objects of some classes.
   *
   * @param value stands on the value
   * @param key the class of the keys
   * @param of the class of the values
   * @param <K> the class of the keys
   * @param <V> the class of the values
   * @return a map that cannot be changed, or null
   * @throws WrongTypeException if the value is no map, or has no such keys and values
   */
  @SuppressWarnings("unchecked")
  public <K, V> @Nullable Map<K, V> decodeMap(ValueGetters value, Class<K> key, Class<V> of) {
    return (Map<K, V>) decode(value, new ParameterizedClass(Map.class, key, of));
  }

  @SuppressWarnings("unchecked")
  private @Nullable Object decode(ValueGetters value, Type as) {
    DataType type = typeOf(value);
    TypeCodec<Object> codec = (TypeCodec<Object>) codec(type, as);
    return ReadAs.isAbsent(type, value) ? codec.absent() : codec.decode(type, value);
  }

  /**
   * How objects are written as literals by all sessions that have nothing of their own for a class.
   *
   * @return the literals, to be added to at any time
   */
  public CqlLiterals literals() {
    return literals;
  }

  /**
   * The CQL type that objects of a class are sent as where no server has told one.
   *
   * @param javaClass the class
   * @return what the codec says that was last registered for it, or for the lowest class above it
   *     that has one; null if none says anything
   */
  public @Nullable DataType assumedType(Class<?> javaClass) {
    List<TypeCodec<?>> registered = snapshot.registered();
    if (registered.isEmpty()) {
      return null;
    }
    for (Class<?> c = javaClass; c != null && c != Object.class; c = c.getSuperclass()) {
      for (TypeCodec<?> codec : registered) {
        DataType type = codec.javaClass() == c ? codec.assumedType() : null;
        if (type != null) {
          return type;
        }
      }
    }
    return null;
  }

  /**
   * Whether codecs that were registered may matter to how an object is written. A collection is
   * taken for one of objects like its first.
   *
   * @param value the object, or null
   * @return false if the driver writes it by itself; true if there is a codec for its class, for
   *     one above it or for what is inside, or if that is not certain
   */
  public boolean concerns(@Nullable Object value) {
    return !snapshot.registered().isEmpty() && !NestedWriter.isPlain(this, value);
  }

  private boolean isRegistered(Class<?> javaClass) {
    List<TypeCodec<?>> registered = snapshot.registered();
    for (int i = 0; i < registered.size(); i++) {
      if (registered.get(i).javaClass() == javaClass) {
        return true;
      }
    }
    return false;
  }

  /** Whether a codec was registered for a class, or for one above it. */
  boolean isRegisteredFor(Class<?> javaClass) {
    if (snapshot.registered().isEmpty()) {
      return false;
    }
    for (Class<?> c = javaClass; c != null && c != Object.class; c = c.getSuperclass()) {
      if (isRegistered(c)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return "TypeCodecs(" + snapshot.registered().size() + " registered)";
  }
}
