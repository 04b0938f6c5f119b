package io.peregrine.fuzz.wire;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.lifecycle.AroundTryHook;
import net.jqwik.api.lifecycle.Lifespan;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.Store;
import net.jqwik.api.lifecycle.TryExecutionResult;
import net.jqwik.api.lifecycle.TryExecutor;
import net.jqwik.api.lifecycle.TryLifecycleContext;

/** Counts every generated case of the module, and says at the end how many there were. */
public final class CaseCount implements AroundTryHook {
  /** Called by the service loader. */
  public CaseCount() {}

  @Override
  public TryExecutionResult aroundTry(
      TryLifecycleContext context, TryExecutor aTry, List<Object> parameters) {
    Store.getOrCreate("cases", Lifespan.RUN, Tally::new)
        .get()
        .add(context.containerClass().getPackageName());
    return aTry.execute(parameters);
  }

  @Override
  public PropagationMode propagateTo() {
    return PropagationMode.ALL_DESCENDANTS;
  }

  @Override
  public boolean appliesTo(java.util.Optional<java.lang.reflect.AnnotatedElement> element) {
    return true;
  }

  private static final class Tally implements Store.CloseOnReset {
    private final Map<String, Integer> cases = new TreeMap<>();

    private synchronized void add(String where) {
      cases.merge(where, 1, Integer::sum);
    }

    @Override
    public synchronized void close() {
      int all = cases.values().stream().mapToInt(Integer::intValue).sum();
      System.out.printf("Generated cases: %,d %s%n", all, cases);
    }
  }
}
