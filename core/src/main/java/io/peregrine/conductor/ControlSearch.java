package io.peregrine.conductor;

import io.peregrine.policy.ReconnectionPolicy;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether a control connection that nobody takes is still looked for, and when the next time.
 * Confined to the conductor's thread.
 */
final class ControlSearch {
  /** A connection that is lost sooner was of no use, and so may be the next. */
  private static final long USEFUL_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** So often in a row another one is looked for at once all the same. */
  private static final int MOST_USELESS = 5;

  private final ReconnectionPolicy reconnection;

  /**
   * Who did not let this client in since it was last connected: there is no use in asking again.
   */
  private final Set<InetSocketAddress> refusing = new HashSet<>();

  private ReconnectionPolicy.@Nullable Schedule schedule;
  private @Nullable Throwable inVain;
  private boolean over;
  private long servingSince;
  private int lostInARow;

  ControlSearch(ReconnectionPolicy reconnection) {
    this.reconnection = GuardedPolicies.reconnection(reconnection);
  }

  /** It is looked for as if it had never been looked for. */
  void reset() {
    refusing.clear();
    schedule = null;
    inVain = null;
    over = false;
  }

  /** There is a connection; how long it lasts is to be seen. */
  void onServing(long now) {
    refusing.clear();
    inVain = null;
    over = false;
    servingSince = now;
  }

  /**
   * The connection was lost.
   *
   * @return whether another one is to be looked for at once; else that is as if nobody took it, or
   *     a node that closes each of them would be read again and again
   */
  boolean looksAtOnce(long now) {
    if (now - servingSince >= USEFUL_NANOS) {
      lostInARow = 0;
    } else {
      lostInARow++;
    }
    if (lostInARow <= MOST_USELESS) {
      schedule = null;
      return true;
    }
    return false;
  }

  boolean isRefusing(InetSocketAddress address) {
    return refusing.contains(address);
  }

  void onRefused(InetSocketAddress address) {
    refusing.add(address);
  }

  /** It has let a session in: it may be asked again, but not those that still refuse. */
  void onAdmitted(InetSocketAddress address) {
    refusing.remove(address);
  }

  /** Whether all these do not let this client in, and so do those who were not asked again. */
  boolean isRefusedByAll(Collection<InetSocketAddress> asked) {
    return !refusing.isEmpty() && refusing.containsAll(asked);
  }

  /**
   * Nobody has taken it.
   *
   * @param cause why
   * @param useless whether it would be the same next time
   * @return when to look again, in ns from now on; negative if it is not looked for any more
   */
  long onNobody(Throwable cause, boolean useless) {
    inVain = cause;
    ReconnectionPolicy.Schedule schedule = this.schedule;
    if (schedule == null) {
      schedule = reconnection.newSchedule();
      this.schedule = schedule;
    }
    long delay = useless ? -1 : schedule.nextDelayNanos();
    over = delay < 0;
    return delay;
  }

  /** Whether nobody took it the last time. */
  boolean wasInVain() {
    return inVain != null;
  }

  /** Whether it was given up, until somebody asks for it. */
  boolean isOver() {
    return over;
  }

  /** Why there is no connection, for who wanted to ask something on it. */
  String describe() {
    String why = inVain == null ? "" : "; the last search was in vain: " + inVain.getMessage();
    return over
        ? "There is no control connection, and none is looked for until a node comes up, or connect()"
            + " or a refresh is called"
            + why
        : "There is no control connection now; the driver is looking for a node that takes one"
            + why;
  }
}
