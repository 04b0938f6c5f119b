package io.peregrine;

import io.peregrine.codec.DataType;
import io.peregrine.codec.row.ValueGetters;
import io.peregrine.codec.row.ValueWriter;
import io.peregrine.metadata.KeyspaceMetadata;
import io.peregrine.metadata.Metadata;
import io.peregrine.metadata.UserTypeMetadata;
import io.peregrine.type.CqlLiterals;
import io.peregrine.type.LiteralEncoder;
import io.peregrine.type.TypeCodec;
import io.peregrine.type.TypeCodecs;
import io.peregrine.type.UdtMapper;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * A class that stands for one user-defined type, whatever fields the type comes to have. Any thread
 * may use it.
 *
 * @param <T> the class
 */
final class RegisteredUserType<T> implements TypeCodec<T>, LiteralEncoder<T> {
  private final Supplier<Metadata> metadata;
  private final String keyspace;
  private final String name;
  private final UdtMapper<T> mapper;
  private volatile Literals<T> literals;

  /**
   * How objects are put into text while the type is as it is.
   *
   * @param type the type
   * @param encoder writes it
   * @param <T> the class
   */
  private record Literals<T>(DataType.UserType type, LiteralEncoder<T> encoder) {}

  private RegisteredUserType(
      Supplier<Metadata> metadata, String keyspace, String name, UdtMapper<T> mapper) {
    this.metadata = metadata;
    this.keyspace = keyspace;
    this.name = name;
    this.mapper = mapper.forType(keyspace, name);
    DataType.UserType type = assumedType();
    this.literals = new Literals<>(type, mapper.literals(type));
  }

  /**
   * Registers a class with the codecs and their literals.
   *
   * @param metadata what is known of the cluster at the moment
   * @throws UserTypeDoesNotExistException if it knows no such type
   * @throws io.peregrine.type.MappingException if the class does not fit
   */
  static <T> void register(
      Supplier<Metadata> metadata,
      String keyspace,
      String name,
      Class<T> javaClass,
      TypeCodecs codecs) {
    Objects.requireNonNull(keyspace, "keyspace");
    Objects.requireNonNull(name, "type");
    RegisteredUserType<T> registered =
        new RegisteredUserType<>(metadata, keyspace, name, UdtMapper.of(javaClass));
    registered.bind(registered.literals.type(), codecs);
    codecs.register(registered);
    codecs.literals().register(javaClass, registered);
  }

  @Override
  public Class<T> javaClass() {
    return mapper.javaClass();
  }

  @Override
  public boolean accepts(DataType type) {
    return mapper.accepts(type);
  }

  @Override
  public DataType.UserType assumedType() {
    KeyspaceMetadata found =
        metadata
            .get()
            .keyspace(keyspace)
            .orElseThrow(
                () ->
                    new UserTypeDoesNotExistException(
                        "Keyspace "
                            + keyspace
                            + " does not exist or has not been discovered by the driver, which"
                            + " learns of keyspaces when the first session is opened"));
    UserTypeMetadata type = found.userTypes().get(name);
    if (type == null) {
      throw new UserTypeDoesNotExistException(
          "User type "
              + name
              + " does not exist in keyspace "
              + keyspace
              + ", which has "
              + found.userTypes().keySet());
    }
    return type.type();
  }

  @Override
  public TypeCodec<T> bind(DataType type, TypeCodecs codecs) {
    return mapper.bind(type, codecs);
  }

  @Override
  public void encode(DataType type, T value, ValueWriter writer) {
    mapper.encode(type, value, writer);
  }

  @Override
  public T decode(DataType type, ValueGetters value) {
    return mapper.decode(type, value);
  }

  @Override
  public void append(T value, StringBuilder text, CqlLiterals within) {
    DataType.UserType type = assumedType();
    Literals<T> literals = this.literals;
    if (!literals.type().equals(type)) {
      literals = new Literals<>(type, mapper.literals(type));
      this.literals = literals;
    }
    literals.encoder().append(value, text, within);
  }
}
