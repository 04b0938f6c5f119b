package io.peregrine.fuzz.value;

import io.peregrine.codec.DataType;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Cassandra's own types, in a class loader of their own that shares the JDK alone with the tests.
 * Not thread-safe.
 *
 * <p>The class path is the one that the test kit forks a server with. Nothing of a server runs: a
 * type is parsed from its class name, and asked about bytes.
 */
final class CassandraTypes {
  private static final String CLASS_PATH = "/io/peregrine/testkit/cassandra/classpath.txt";
  private static final String MARSHAL = "org.apache.cassandra.db.marshal.";
  private static final String QUIET =
      "<configuration><root level=\"OFF\"/><statusListener"
          + " class=\"ch.qos.logback.core.status.NopStatusListener\"/></configuration>";

  private final ClassLoader loader;
  private final Method parse;
  private final Method validate;
  private final Method compose;
  private final Method decompose;
  private final Method valueLengthIfFixed;
  private final Method split;
  private final Method buildValue;
  private final Object byteBuffers;
  private final Map<DataType, Object> types = new HashMap<>();

  CassandraTypes() {
    try {
      loader = new URLClassLoader("cassandra", jars(), ClassLoader.getPlatformClassLoader());
      Class<?> abstractType = loader.loadClass(MARSHAL + "AbstractType");
      Class<?> tuple = loader.loadClass(MARSHAL + "TupleType");
      Class<?> accessor = loader.loadClass(MARSHAL + "ValueAccessor");
      loader
          .loadClass("org.apache.cassandra.config.DatabaseDescriptor")
          .getMethod("clientInitialization")
          .invoke(null);
      parse = loader.loadClass(MARSHAL + "TypeParser").getMethod("parse", String.class);
      validate = abstractType.getMethod("validate", ByteBuffer.class);
      compose = abstractType.getMethod("compose", ByteBuffer.class);
      decompose = abstractType.getMethod("decomposeUntyped", Object.class);
      valueLengthIfFixed = abstractType.getMethod("valueLengthIfFixed");
      split = tuple.getMethod("split", accessor, Object.class);
      buildValue = tuple.getMethod("buildValue", ByteBuffer[].class);
      byteBuffers = loader.loadClass(MARSHAL + "ByteBufferAccessor").getField("instance").get(null);
    } catch (ReflectiveOperationException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static URL[] jars() throws IOException {
    List<URL> urls = new ArrayList<>();
    Path quiet = Files.createTempDirectory("quiet");
    Path file = Files.writeString(quiet.resolve("logback-test.xml"), QUIET);
    file.toFile().deleteOnExit();
    quiet.toFile().deleteOnExit();
    urls.add(quiet.toUri().toURL());
    try (InputStream in = CassandraTypes.class.getResourceAsStream(CLASS_PATH)) {
      if (in == null) {
        throw new IllegalStateException(
            CLASS_PATH + " is missing: build the module fuzz/cassandra-server first");
      }
      String jars = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
      for (String jar : jars.split(File.pathSeparator)) {
        urls.add(Path.of(jar).toUri().toURL());
      }
    }
    return urls.toArray(URL[]::new);
  }

  /** What Cassandra calls a type. */
  String className(DataType type) {
    return cassandraType(type).toString();
  }

  /** How long each value of a type is, or negative if lengths differ. */
  int fixedSize(DataType type) {
    return (int) call(valueLengthIfFixed, cassandraType(type));
  }

  /** Whether Cassandra takes bytes for a value of a type. */
  boolean accepts(DataType type, ByteBuffer bytes) {
    try {
      validate.invoke(cassandraType(type), bytes.duplicate());
      return true;
    } catch (InvocationTargetException e) {
      return false;
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Has Cassandra check bytes. */
  void validate(DataType type, ByteBuffer bytes) {
    call(validate, cassandraType(type), bytes.duplicate());
  }

  /** Has Cassandra make one of its objects of bytes. */
  @Nullable Object compose(DataType type, ByteBuffer bytes) {
    return call(compose, cassandraType(type), bytes.duplicate());
  }

  /** Has Cassandra make bytes of one of its objects. */
  ByteBuffer decompose(DataType type, Object value) {
    return (ByteBuffer) call(decompose, cassandraType(type), value);
  }

  /** Has Cassandra cut a tuple into its components, of which some may be missing. */
  @Nullable Object[] split(DataType type, ByteBuffer bytes) {
    return (Object[]) call(split, cassandraType(type), byteBuffers, bytes.duplicate());
  }

  /** Has Cassandra join the components of a tuple. */
  ByteBuffer join(@Nullable ByteBuffer[] components) {
    return (ByteBuffer) call(buildValue, null, (Object) components);
  }

  /** Makes an object of one of Cassandra's classes. */
  Object construct(String className, Class<?>[] parameters, Object... arguments) {
    try {
      Class<?> type = loader.loadClass(className);
      for (Method method : type.getMethods()) {
        if (List.of(method.getParameterTypes()).equals(List.of(parameters))
            && method.getReturnType() == type) {
          return method.invoke(null, arguments);
        }
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
    throw new IllegalStateException(className + " has no factory");
  }

  private Object cassandraType(DataType type) {
    return types.computeIfAbsent(type, key -> call(parse, null, CassandraNames.of(key)));
  }

  static Object call(Method method, @Nullable Object target, @Nullable Object... arguments) {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
