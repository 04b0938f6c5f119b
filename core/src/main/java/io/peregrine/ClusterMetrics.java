package io.peregrine;

import io.peregrine.io.CountersFileDescriptor;
import io.peregrine.io.LatencyRecorder;
import io.peregrine.io.SelectorAgent;
import io.peregrine.io.SelectorCounter;
import io.peregrine.metrics.Latencies;
import io.peregrine.metrics.Latency;
import io.peregrine.metrics.Metrics;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import org.HdrHistogram.Histogram;

/** Puts together what the agents have counted and measured. Any thread may use it. */
final class ClusterMetrics implements Metrics {
  private final List<SelectorAgent> agents;
  private final Parts all = new Parts();
  private final Parts taken = new Parts();
  private final Parts interval = new Parts();

  /** What agents had counted that are not there any more; by the counters' ordinals. */
  private final AtomicLongArray retired = new AtomicLongArray(SelectorCounter.values().length);

  /** One histogram for each part of a request. */
  private static final class Parts {
    private final Histogram queue = LatencyRecorder.histogram();
    private final Histogram server = LatencyRecorder.histogram();
    private final Histogram handler = LatencyRecorder.histogram();

    private void add(Parts more) {
      queue.add(more.queue);
      server.add(more.server);
      handler.add(more.handler);
    }

    private void reset() {
      queue.reset();
      server.reset();
      handler.reset();
    }

    private Latencies snapshot() {
      return new Latencies(latency(queue), latency(server), latency(handler));
    }

    private static Latency latency(Histogram histogram) {
      return new Latency(
          histogram.getTotalCount(),
          histogram.getValueAtPercentile(50),
          histogram.getValueAtPercentile(99),
          histogram.getValueAtPercentile(99.9),
          histogram.getMaxValue());
    }
  }

  /** The metrics of agents, to which more may come. */
  ClusterMetrics(List<SelectorAgent> agents) {
    this.agents = agents;
  }

  @Override
  public Map<String, Long> counters() {
    Map<String, Long> counters = new LinkedHashMap<>();
    // What ends is read before what begins, so that no difference is negative.
    long ended = sum(SelectorCounter.RESPONSES) + sum(SelectorCounter.FAILED_REQUESTS);
    long closed = sum(SelectorCounter.CONNECTIONS_CLOSED);
    counters.put("in flight", sum(SelectorCounter.REQUESTS) - ended);
    counters.put("open connections", sum(SelectorCounter.CONNECTIONS_OPENED) - closed);
    for (SelectorCounter counter : SelectorCounter.values()) {
      counters.put(counter.label(), sum(counter));
    }
    return Collections.unmodifiableMap(counters);
  }

  private long sum(SelectorCounter counter) {
    long sum = retired.get(counter.ordinal());
    for (SelectorAgent agent : agents) {
      sum = together(counter, sum, agent.counters().get(counter));
    }
    return sum;
  }

  private static long together(SelectorCounter counter, long one, long other) {
    return counter.type() == CountersFileDescriptor.MAXIMUM ? Math.max(one, other) : one + other;
  }

  /** Keeps what an agent has counted and measured that is about to go. */
  synchronized void retire(SelectorAgent agent) {
    collect();
    for (SelectorCounter counter : SelectorCounter.values()) {
      retired.accumulateAndGet(
          counter.ordinal(),
          agent.counters().get(counter),
          (one, other) -> together(counter, one, other));
    }
  }

  @Override
  public synchronized Latencies latencies() {
    collect();
    return all.snapshot();
  }

  @Override
  public synchronized Latencies takeLatencies() {
    collect();
    Latencies latencies = taken.snapshot();
    taken.reset();
    return latencies;
  }

  private void collect() {
    interval.reset();
    for (SelectorAgent agent : agents) {
      LatencyRecorder recorder = agent.latencies();
      if (recorder != null) {
        recorder.drainTo(interval.queue, interval.server, interval.handler);
      }
    }
    all.add(interval);
    taken.add(interval);
  }
}
