package io.peregrine.testkit.cassandra;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The class path of the forked Cassandra, as the build resolved it. It keeps no state, so any
 * thread may use it.
 *
 * <p>The build leaves it here as a text, so that neither Cassandra nor its dependencies ever stand
 * on the class path of a test.
 */
final class ServerClassPath {
  private static final String JARS = "classpath.txt";
  private static final String STAND_IN =
      "org/apache/cassandra/security/ThreadAwareSecurityManager.class";
  private static final int FIRST_JAVA_WITHOUT_SECURITY_MANAGER = 18;

  private ServerClassPath() {}

  /**
   * The class path for a Java version. Where Java refuses a security manager, a class that stands
   * in for it is written into {@code folder} and goes ahead of the jars.
   */
  static String forJava(int feature, Path folder) throws IOException {
    String jars = jars();
    return feature < FIRST_JAVA_WITHOUT_SECURITY_MANAGER
        ? jars
        : writeStandIn(folder) + File.pathSeparator + jars;
  }

  private static String jars() {
    String jars;
    try (InputStream in = resource(JARS)) {
      jars = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (String jar : jars.split(File.pathSeparator)) {
      if (!Files.isReadable(Path.of(jar))) {
        throw new IllegalStateException(
            jar + " is gone since the build resolved Cassandra's class path. Build again.");
      }
    }
    return jars;
  }

  private static Path writeStandIn(Path folder) throws IOException {
    Path classes = folder.resolve("standin");
    Path file = classes.resolve(STAND_IN);
    Files.createDirectories(file.getParent());
    try (InputStream in = resource("standin/" + STAND_IN)) {
      Files.write(file, in.readAllBytes());
    }
    return classes;
  }

  private static InputStream resource(String name) throws IOException {
    InputStream in = ServerClassPath.class.getResourceAsStream(name);
    if (in == null) {
      throw new FileNotFoundException(
          name
              + " is not on the class path beside "
              + ServerClassPath.class.getName()
              + ". The module fuzz/cassandra-server makes it: build it first, with -am or by name.");
    }
    return in;
  }
}
