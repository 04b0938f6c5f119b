package io.peregrine;

import io.peregrine.conductor.FaultLog;
import io.peregrine.conductor.FlightLogger;
import io.peregrine.io.CountersFile;
import io.peregrine.io.FlightRecords;
import io.peregrine.io.SelectorAgent;
import io.peregrine.io.SelectorContext;
import io.peregrine.metrics.Metrics;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.agrona.CloseHelper;
import org.jspecify.annotations.Nullable;

/**
 * What can be seen of a cluster's agents: counters, latencies, flight records. Any thread may use
 * it.
 */
final class Observation implements AutoCloseable {
  private static final int NAMED_CONTACTS = 3;

  private final Settings settings;
  private final @Nullable CountersFile countersFile;
  private final List<SelectorAgent> agents = new CopyOnWriteArrayList<>();
  private final ClusterMetrics metrics = new ClusterMetrics(agents);

  /**
   * What to observe. Immutable.
   *
   * @param statsDirectory where to put the counters file, or null for none
   * @param latencies whether to record latencies
   * @param flightRecords how many envelopes to remember for each connection; 0 for none
   */
  record Settings(@Nullable Path statsDirectory, boolean latencies, int flightRecords) {}

  Observation(Settings settings, List<InetSocketAddress> contactPoints) {
    this.settings = settings;
    Path directory = settings.statsDirectory();
    this.countersFile =
        directory == null ? null : CountersFile.create(directory, name(contactPoints));
  }

  /** The contact points are all that is known of a cluster before it is connected to. */
  private static String name(List<InetSocketAddress> contactPoints) {
    return contactPoints.stream()
            .limit(NAMED_CONTACTS)
            .map(point -> point.getHostString() + ":" + point.getPort())
            .collect(Collectors.joining(" "))
        + (contactPoints.size() > NAMED_CONTACTS ? " ..." : "");
  }

  /** Has an agent observed that is to be made; {@link #watch} follows. */
  SelectorContext applyTo(SelectorContext context) {
    return context
        .countersFile(countersFile)
        .latencies(settings.latencies())
        .flightRecords(settings.flightRecords())
        .flightLog(new FlightLogger());
  }

  SelectorAgent watch(SelectorAgent agent) {
    agents.add(agent);
    return agent;
  }

  /** An agent has ended before its cluster; what it has counted stays in the sums. */
  void forget(SelectorAgent agent) {
    metrics.retire(agent);
    agents.remove(agent);
  }

  Metrics metrics() {
    return metrics;
  }

  /** The flight records of all open connections, as text. */
  String flightRecords() {
    StringBuilder text = new StringBuilder();
    for (SelectorAgent agent : agents) {
      for (FlightRecords records : agent.flightRecords()) {
        text.append(records).append('\n');
      }
    }
    return text.toString();
  }

  @Override
  public void close() {
    CloseHelper.close(new FaultLog(), countersFile);
  }
}
