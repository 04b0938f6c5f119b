package io.peregrine.bench.rig;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.HdrHistogram.Histogram;

/**
 * What one driver did with one workload in one round. Immutable. It travels from the client's
 * process to the rig in a small file of properties.
 *
 * @param entrant the driver
 * @param workload the workload
 * @param round from 1 on
 * @param offered the rate of an open loop, requests a second; else 0
 * @param throughput answers a second
 * @param cpuMicros processor time of the client's process, a request
 * @param bytes heap bytes of all threads, a request
 * @param switches context switches of all threads, a request
 * @param gcCount collections
 * @param gcMillis their time together
 * @param compilerMillis processor time of the JVM's compiler
 * @param cold whether that was so much that the figures are those of a cold driver
 * @param percentiles microseconds at each of {@link #POINTS}
 */
record Outcome(
    Entrant entrant,
    Workload workload,
    int round,
    double offered,
    double throughput,
    double cpuMicros,
    double bytes,
    double switches,
    long gcCount,
    long gcMillis,
    long compilerMillis,
    boolean cold,
    double[] percentiles) {
  /** Which percentiles are kept. */
  static final double[] POINTS = {50, 90, 99, 99.9, 99.99, 100};

  static final int P50 = 0;
  static final int P99 = 2;
  static final int P999 = 3;
  static final int P9999 = 4;
  static final int MAX = 5;
  private static final double MICRO = 1e3;

  static Outcome of(
      Entrant entrant,
      Workload workload,
      int round,
      double offered,
      LoadGenerator.Measured measured) {
    Meters meters = measured.meters();
    double requests = Math.max(1, measured.requests());
    Histogram histogram = measured.histogram();
    double[] percentiles = new double[POINTS.length];
    for (int i = 0; i < POINTS.length; i++) {
      percentiles[i] = histogram.getValueAtPercentile(POINTS[i]) / MICRO;
    }
    return new Outcome(
        entrant,
        workload,
        round,
        offered,
        measured.requests() * 1e9 / meters.wallNanos(),
        meters.cpuNanos() / MICRO / requests,
        meters.bytes() / requests,
        meters.switches() / requests,
        meters.gcCount(),
        meters.gcMillis(),
        meters.compilerMillis(),
        meters.isCold(),
        percentiles);
  }

  /** How its files are called. */
  String fileName() {
    return workload.id() + "." + entrant.id() + "." + round;
  }

  void write(Path file) throws IOException {
    Properties properties = new Properties();
    properties.setProperty("driver", entrant.id());
    properties.setProperty("workload", workload.id());
    properties.setProperty("round", Integer.toString(round));
    properties.setProperty("offered", Double.toString(offered));
    properties.setProperty("throughput", Double.toString(throughput));
    properties.setProperty("cpuMicros", Double.toString(cpuMicros));
    properties.setProperty("bytes", Double.toString(bytes));
    properties.setProperty("switches", Double.toString(switches));
    properties.setProperty("gcCount", Long.toString(gcCount));
    properties.setProperty("gcMillis", Long.toString(gcMillis));
    properties.setProperty("compilerMillis", Long.toString(compilerMillis));
    properties.setProperty("cold", Boolean.toString(cold));
    for (int i = 0; i < POINTS.length; i++) {
      properties.setProperty("p" + POINTS[i], Double.toString(percentiles[i]));
    }
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
  }

  static Outcome read(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    double[] percentiles = new double[POINTS.length];
    for (int i = 0; i < POINTS.length; i++) {
      percentiles[i] = number(properties, "p" + POINTS[i]);
    }
    return new Outcome(
        Entrant.of(properties.getProperty("driver")).get(0),
        Workload.of(properties.getProperty("workload")).get(0),
        (int) number(properties, "round"),
        number(properties, "offered"),
        number(properties, "throughput"),
        number(properties, "cpuMicros"),
        number(properties, "bytes"),
        number(properties, "switches"),
        (long) number(properties, "gcCount"),
        (long) number(properties, "gcMillis"),
        (long) number(properties, "compilerMillis"),
        Boolean.parseBoolean(properties.getProperty("cold")),
        percentiles);
  }

  private static double number(Properties properties, String name) {
    return Double.parseDouble(properties.getProperty(name));
  }
}
