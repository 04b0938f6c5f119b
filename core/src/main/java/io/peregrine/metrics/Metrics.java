package io.peregrine.metrics;

import java.util.Map;

/** What a cluster's driver has counted and measured. Any thread may use it, at any time. */
public interface Metrics {
  /**
   * All counters, put together for all selector agents, by the names that {@link Stat} shows; among
   * them {@code in flight} and {@code open connections}, which are worked out from others.
   *
   * @return a copy, in a fixed order; totals since the cluster was built, and levels of now
   */
  Map<String, Long> counters();

  /**
   * The latencies since the cluster was built.
   *
   * @return a snapshot; counts of 0 if latencies are not recorded
   */
  Latencies latencies();

  /**
   * The latencies since the last call of this method. It has one reader: two would take each
   * other's.
   *
   * @return a snapshot; counts of 0 if nothing happened since
   */
  Latencies takeLatencies();
}
