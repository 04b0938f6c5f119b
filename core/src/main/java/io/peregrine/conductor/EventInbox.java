package io.peregrine.conductor;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.envelope.Event;
import io.peregrine.codec.envelope.EventDecoder;
import io.peregrine.io.Response;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Takes the server's events from the agent's thread to the conductor's. Equal events that wait are
 * one; more different ones than fit are one too, which says that anything may have changed. So a
 * flood of them neither blocks the agent nor fills the memory.
 */
final class EventInbox {
  private static final int CAPACITY = 1024;

  /** More bytes than this are not kept: that something has changed is all that is known then. */
  private static final int MOST_BYTES = 16 * 1024;

  private final ClusterConductor conductor;
  private final Receiver receiver;
  private final AtomicLong received = new AtomicLong();

  // Both guarded by this, which nobody holds for longer than a look.
  private Set<Event> waiting = new LinkedHashSet<>();
  private boolean overflowed;

  /** Gets the events, on the conductor's thread. */
  interface Receiver {
    /**
     * Events in the order in which the last of each has come: the last word of a node is the last.
     *
     * @param events the events
     */
    void onEvents(List<Event> events);

    /** There were too many events to know what has changed. */
    void onOverflow();
  }

  EventInbox(ClusterConductor conductor, Receiver receiver) {
    this.conductor = conductor;
    this.receiver = receiver;
  }

  /** How many events have come. For any thread. */
  long received() {
    return received.get();
  }

  /** An EVENT envelope has come. Called on the agent's thread. */
  void onEvent(Response response) {
    BodyReader body = response.body();
    if (body.remaining() > MOST_BYTES) {
      add(null);
    } else {
      add(EventDecoder.decode(body));
    }
  }

  /** An event has come, or with null one that cannot be kept. Called on the agent's thread. */
  void add(@Nullable Event event) {
    received.lazySet(received.get() + 1);
    boolean first;
    synchronized (this) {
      first = waiting.isEmpty() && !overflowed;
      if (event == null || overflowed || waiting.size() == CAPACITY && !waiting.contains(event)) {
        overflowed = true;
        waiting.clear();
      } else {
        waiting.remove(event);
        waiting.add(event);
      }
    }
    if (first) {
      conductor.run(this::deliver);
    }
  }

  private void deliver() {
    Set<Event> events;
    boolean tooMany;
    synchronized (this) {
      events = waiting;
      tooMany = overflowed;
      waiting = new LinkedHashSet<>();
      overflowed = false;
    }
    if (tooMany) {
      receiver.onOverflow();
    } else {
      receiver.onEvents(List.copyOf(events));
    }
  }
}
