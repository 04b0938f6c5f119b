package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;

/** The Java that stands in the README, and a compiler for it. Confined to the test's thread. */
final class ReadmeCode implements AutoCloseable {
  private static final Path README = Path.of("..", "README.md");
  private static final String CLASS = "ReadmeExample";
  private static final Pattern BLOCK =
      Pattern.compile(
          "(?:<!-- ([a-z ]+) -->\n)?```java\n(.*?)\n```\n(<!-- end -->)?", Pattern.DOTALL);

  private final Path folder;
  private final URLClassLoader loader;

  /** A compiler that writes into a folder. */
  ReadmeCode(Path folder) throws IOException {
    this.folder = folder;
    loader = new URLClassLoader(new URL[] {folder.toUri().toURL()});
  }

  /** The names of all examples, in order; an empty one where an example has no name. */
  static List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    Matcher matcher = matcher();
    while (matcher.find()) {
      names.add(matcher.group(1) == null || matcher.group(3) == null ? "" : matcher.group(1));
    }
    return names;
  }

  /** The Java between a name and the end mark. */
  static String snippet(String name) throws IOException {
    Matcher matcher = matcher();
    while (matcher.find()) {
      if (name.equals(matcher.group(1))) {
        return matcher.group(2);
      }
    }
    throw new AssertionError(README + " has no example named '" + name + "'");
  }

  private static Matcher matcher() throws IOException {
    return BLOCK.matcher(Files.readString(README).replace("\r\n", "\n"));
  }

  static String replaceOnce(String text, String what, String by) {
    assertThat(text.split(Pattern.quote(what), -1)).as("%s stands there once", what).hasSize(2);
    return text.replace(what, by);
  }

  /** A method {@code run} with such a body. */
  Method compile(String signature, String body) throws Exception {
    String source =
        "import io.peregrine.*;\nimport io.peregrine.codec.DataType.Primitive;\n"
            + "import io.peregrine.graph.*;\nimport java.util.Map;\n"
            + "import io.peregrine.policy.*;\nimport java.time.Duration;\n"
            + "import io.peregrine.codec.row.*;\nimport io.peregrine.metadata.*;\n"
            + "import io.peregrine.type.*;\nimport java.nio.file.Path;\n"
            + "import java.util.List;\nimport java.util.Optional;\npublic class "
            + CLASS
            + " {\npublic static "
            + signature
            + " {\n"
            + body
            + "\n}\n}\n";
    Path file = Files.writeString(folder.resolve(CLASS + ".java"), source);
    ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
    StringWriter messages = new StringWriter();
    PrintWriter out = new PrintWriter(messages, true);
    String classPath = System.getProperty("java.class.path");
    int status =
        javac.run(
            out,
            out,
            "-cp",
            classPath,
            "-d",
            folder.toString(),
            "--release",
            "17",
            "-proc:none",
            file.toString());
    assertThat(status).as("%s in\n%s", messages, source).isZero();
    for (Method method : loader.loadClass(CLASS).getMethods()) {
      if (method.getName().equals("run")) {
        return method;
      }
    }
    throw new AssertionError("no method run");
  }

  @Override
  public void close() throws IOException {
    loader.close();
  }
}
