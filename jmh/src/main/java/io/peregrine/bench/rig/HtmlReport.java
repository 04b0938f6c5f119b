package io.peregrine.bench.rig;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The figures as one page that needs nothing beside itself: data and Chart.js (MIT licence) are in
 * it. Stateless: any thread may use it.
 */
final class HtmlReport {
  private static final String TEMPLATE = "report.html";
  private static final String LIBRARY = "/META-INF/resources/webjars/chart.js/4.4.9/";

  private HtmlReport() {}

  static String of(String json) throws IOException {
    return resource(TEMPLATE)
        .replace("/*CHART-LICENCE*/", resource(LIBRARY + "LICENSE.md"))
        .replace(
            "/*CHART*/",
            resource(LIBRARY + "dist/chart.umd.js").replaceAll("(?m)^//# sourceMappingURL=.*$", ""))
        .replace("/*DATA*/", json);
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException(
            name + " is not on the class path: is the version of Chart.js the one in the pom?");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
