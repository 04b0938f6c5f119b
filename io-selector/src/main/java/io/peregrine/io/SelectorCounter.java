package io.peregrine.io;

import java.util.Locale;

/** What a selector agent counts. Constants only. */
public enum SelectorCounter {
  /** Requests handed to a send buffer, those of handshakes included. */
  REQUESTS,
  /** Answers handed to a handler. */
  RESPONSES,
  /** Calls of write on sockets. */
  WRITES,
  /** Bytes that sockets took. */
  BYTES_WRITTEN,
  /** Calls of read on sockets. */
  READS,
  /** Bytes that sockets gave. */
  BYTES_READ,
  /** Requests whose deadline passed. */
  TIMEOUTS,
  /** Answers that came after their request's deadline and were dropped. */
  LATE_RESPONSES,
  /** Answers to no request: an unknown stream id, or a second answer. */
  STRAY_RESPONSES,
  /** Exceptions thrown by handlers. */
  HANDLER_ERRORS,
  /** Requests that could not be kept for sending again, because the memory for it was used up. */
  UNKEPT_REQUESTS,
  /** Connections opened. */
  CONNECTIONS_OPENED,
  /** Connections closed, for whatever reason. */
  CONNECTIONS_CLOSED,
  /** Threads that could not be tied to the core they were meant for: 1 at most. */
  PINNING_FAILURES,
  /** Heartbeats sent on silent connections. */
  HEARTBEATS,
  /** Connections lost because a heartbeat was not answered in time. */
  MISSED_HEARTBEATS,
  /** Connections given up because too many requests on them, or a USE, were not answered. */
  CONNECTIONS_DRAINED,
  /** The longest duty cycle that there was, in ns, without sleep. */
  LONGEST_DUTY_CYCLE_NS,
  /** Duty cycles that took longer than 10 ms. */
  SLOW_DUTY_CYCLES,
  /** Requests that ended without an answer once they were in flight: timed out, or lost. */
  FAILED_REQUESTS,
  /** A level: requests that have timed out and still wait for their late answers. */
  ORPHANS,
  /** Requests that were refused because the ring was full. Counted where they are offered. */
  BACK_PRESSURED,
  /** Requests that were refused by a full connection. Counted where they are offered. */
  BUSY,
  /** Connections asked for anew, after one was lost or could not be made. */
  RECONNECTS,
  /** Connections that an error ended, or kept from becoming ready. */
  CONNECTION_ERRORS,
  /** Error answers: too few replicas were alive. */
  SERVER_UNAVAILABLE,
  /** Error answers: the coordinator has too much to do, or is still starting. */
  SERVER_OVERLOADED,
  /** Error answers: replicas did not answer the coordinator in time. */
  SERVER_TIMEOUTS,
  /** Error answers: the server or a replica failed. */
  SERVER_FAILURES,
  /** Error answers: the request is wrong, or not allowed. */
  SERVER_REFUSALS,
  /** Error answers: the statement has to be prepared again. */
  SERVER_UNPREPARED,
  /** Error answers with codes that the driver does not know. */
  SERVER_OTHER_ERRORS,
  /** Requests sent again because a node did not answer them as asked for. */
  RETRIES,
  /** Requests sent to another node because the ones before took long. */
  SPECULATIVE_EXECUTIONS,
  /** Errors that a retry policy had taken for success. */
  IGNORED_ERRORS;

  private final String label = name().toLowerCase(Locale.ROOT).replace('_', ' ');

  /**
   * What the counter is called where people read it.
   *
   * @return its name in lower case, with spaces
   */
  public String label() {
    return label;
  }

  /**
   * How its values in several agents are put together, and whether it has a rate.
   *
   * @return {@link CountersFileDescriptor#TOTAL}, {@link CountersFileDescriptor#LEVEL} or {@link
   *     CountersFileDescriptor#MAXIMUM}
   */
  public int type() {
    if (this == ORPHANS) {
      return CountersFileDescriptor.LEVEL;
    }
    return name().endsWith("_NS") ? CountersFileDescriptor.MAXIMUM : CountersFileDescriptor.TOTAL;
  }
}
