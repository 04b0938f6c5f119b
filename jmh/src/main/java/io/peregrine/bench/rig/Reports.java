package io.peregrine.bench.rig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes all reports, and prints the tables. Stateless: any thread may use it. */
final class Reports {
  private Reports() {}

  static void write(Summary summary, RigOptions options, Conditions conditions) throws IOException {
    Path output = options.output();
    Files.createDirectories(output);
    String tables = MarkdownReport.of(summary, conditions);
    String performance = PerformanceTable.of(summary, conditions);
    String json = JsonReport.of(summary, conditions, options.runs());
    Files.writeString(output.resolve("report.md"), tables);
    Files.writeString(output.resolve("performance.md"), performance);
    Files.writeString(output.resolve("report.json"), json);
    Files.writeString(output.resolve("report.html"), HtmlReport.of(json));
    System.out.println(tables);
    System.out.println(performance);
    System.out.println("Reports: " + output.toAbsolutePath());
  }
}
