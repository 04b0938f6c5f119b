package io.peregrine.conductor;

import io.peregrine.Node;
import io.peregrine.policy.ConvictionPolicy;
import io.peregrine.policy.ReconnectionPolicy;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what a user's code throws from ending what the conductor is doing: it is logged, and the
 * conductor goes on as if there were no such code. Confined to the conductor's thread.
 */
final class GuardedPolicies {
  private static final Logger LOG = LoggerFactory.getLogger(GuardedPolicies.class);
  private static final long DELAY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private GuardedPolicies() {}

  /** The same decisions; where one of them throws, it is tried again after a second. */
  static ReconnectionPolicy reconnection(ReconnectionPolicy policy) {
    return () -> {
      ReconnectionPolicy.Schedule schedule = call(policy::newSchedule, () -> DELAY_NANOS);
      return () -> call(schedule::nextDelayNanos, DELAY_NANOS);
    };
  }

  /** What judges a node; where it throws, the simple policy does. */
  static ConvictionPolicy conviction(PolicySet policies, Node node) {
    ConvictionPolicy simple = ConvictionPolicy.simple();
    ConvictionPolicy policy = call(() -> policies.conviction().apply(node), simple);
    return new ConvictionPolicy() {
      @Override
      public boolean addFailure(Throwable failure) {
        return call(() -> policy.addFailure(failure), simple.addFailure(failure));
      }

      @Override
      public void reset() {
        run(policy::reset);
      }
    };
  }

  /** Calls what may throw, or return null where it must not. */
  static <T> T call(Supplier<? extends T> call, T otherwise) {
    try {
      return Objects.requireNonNull(call.get(), "a policy returned null");
    } catch (Throwable e) {
      LOG.warn("A policy threw, so the driver does without it", e);
      return otherwise;
    }
  }

  /** Tells somebody something. */
  static void run(Runnable call) {
    try {
      call.run();
    } catch (Throwable e) {
      LOG.warn("A policy or a listener threw, which changes nothing", e);
    }
  }
}
