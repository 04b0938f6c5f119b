package io.peregrine.io;

import io.peregrine.codec.DriverException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.agrona.ErrorHandler;
import org.jspecify.annotations.Nullable;

/**
 * The flight recorders of one agent's connections. The agent's thread opens and closes them; any
 * thread may {@link #copy} what they have.
 */
final class FlightRecorders {
  private final SelectorContext context;
  private final DirectMemory memory;
  private final ErrorHandler faults;
  private final List<FlightRecorder> open = new CopyOnWriteArrayList<>();

  FlightRecorders(SelectorContext context, DirectMemory memory, ErrorHandler faults) {
    this.faults = faults;
    this.context = context;
    this.memory = memory;
  }

  /** A recorder for a connection; null if they are switched off. */
  @Nullable FlightRecorder open(Connection connection) {
    int envelopes = context.flightRecords();
    if (envelopes == 0) {
      return null;
    }
    FlightRecorder recorder = new FlightRecorder(connection, memory, envelopes);
    open.add(recorder);
    return recorder;
  }

  /** A connection has ended, and why. */
  void close(FlightRecorder recorder, DriverException cause, boolean byError) {
    try {
      if (byError) {
        FlightRecords records = recorder.copyAtEnd(context.clock().nanoTime());
        if (cause instanceof ConnectionLostException lost) {
          lost.attach(records);
        }
        context.flightLog().onConnectionError(records, cause);
      }
    } catch (Throwable t) {
      // The connection has to be closed all the same.
      faults.onError(t);
    } finally {
      open.remove(recorder);
      recorder.free();
    }
  }

  List<FlightRecords> copy() {
    List<FlightRecords> copies = new ArrayList<>();
    for (FlightRecorder recorder : open) {
      copies.add(recorder.copy(context.clock().nanoTime()));
    }
    return copies;
  }
}
