package io.peregrine.conductor;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.agrona.ErrorHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs each distinct fault of an agent once. Any thread may use it. */
public final class FaultLog implements ErrorHandler {
  private static final Logger LOG = LoggerFactory.getLogger("io.peregrine");
  private static final int MOST_DISTINCT = 256;

  private final Set<String> seen = ConcurrentHashMap.newKeySet();

  /** A log that has seen nothing. */
  public FaultLog() {}

  @Override
  public void onError(Throwable fault) {
    StackTraceElement[] trace = fault.getStackTrace();
    String place = fault.getClass().getName() + (trace.length == 0 ? "" : trace[0].toString());
    if (seen.size() < MOST_DISTINCT && seen.add(place)) {
      LOG.warn("A fault in a driver thread, logged once: {}", fault.getMessage(), fault);
    }
  }
}
