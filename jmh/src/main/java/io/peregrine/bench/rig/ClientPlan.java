package io.peregrine.bench.rig;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the process of one driver is to do. Immutable. It travels on the command line.
 *
 * @param entrant the driver
 * @param workloads what to run, in this order
 * @param round from 1 on
 * @param warmUpSeconds how long each warms up, at least
 * @param mostWarmUpSeconds how long each warms up while the JVM compiles
 * @param seconds how long each is measured
 * @param repetitions how often to measure again what the JVM's compiler has disturbed, at most
 * @param capacity what 100 % of an open loop are, requests a second
 * @param folder where the figures go
 * @param servers where to ask for each shape
 */
record ClientPlan(
    Entrant entrant,
    List<Workload> workloads,
    int round,
    double warmUpSeconds,
    double mostWarmUpSeconds,
    double seconds,
    int repetitions,
    double capacity,
    Path folder,
    Map<Shape, InetSocketAddress> servers) {
  private static final int FIRST_SERVER = 9;

  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    arguments.add(entrant.id());
    arguments.add(workloads.stream().map(Workload::id).collect(Collectors.joining(",")));
    arguments.add(Integer.toString(round));
    arguments.add(Double.toString(warmUpSeconds));
    arguments.add(Double.toString(mostWarmUpSeconds));
    arguments.add(Double.toString(seconds));
    arguments.add(Integer.toString(repetitions));
    arguments.add(Double.toString(capacity));
    arguments.add(folder.toString());
    servers.forEach((shape, server) -> arguments.add(serverArgument(shape, server)));
    return arguments;
  }

  static ClientPlan of(String... arguments) {
    Map<Shape, InetSocketAddress> servers = new EnumMap<>(Shape.class);
    for (int i = FIRST_SERVER; i < arguments.length; i++) {
      putServer(servers, arguments[i]);
    }
    return new ClientPlan(
        Entrant.of(arguments[0]).get(0),
        Workload.of(arguments[1]),
        Integer.parseInt(arguments[2]),
        Double.parseDouble(arguments[3]),
        Double.parseDouble(arguments[4]),
        Double.parseDouble(arguments[5]),
        Integer.parseInt(arguments[6]),
        Double.parseDouble(arguments[7]),
        Path.of(arguments[8]),
        servers);
  }

  /** For example {@code ROW=127.0.0.1:9042}. */
  static String serverArgument(Shape shape, InetSocketAddress server) {
    return shape + "=" + server.getAddress().getHostAddress() + ":" + server.getPort();
  }

  static void putServer(Map<Shape, InetSocketAddress> servers, String argument) {
    int equals = argument.indexOf('=');
    int colon = argument.lastIndexOf(':');
    servers.put(
        Shape.valueOf(argument.substring(0, equals)),
        new InetSocketAddress(
            argument.substring(equals + 1, colon),
            Integer.parseInt(argument.substring(colon + 1))));
  }
}
