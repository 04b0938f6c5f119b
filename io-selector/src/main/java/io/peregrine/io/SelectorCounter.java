package io.peregrine.io;

/** What a selector agent counts. Constants only. */
public enum SelectorCounter {
  /** Requests handed to a send buffer. */
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
  /** Connections given up because too many requests on them were never answered. */
  CONNECTIONS_DRAINED,
  /** The longest duty cycle that there was, in ns, without sleep. */
  LONGEST_DUTY_CYCLE_NS,
  /** Duty cycles that took longer than {@link SelectorContext#slowDutyCycle}. */
  SLOW_DUTY_CYCLES
}
