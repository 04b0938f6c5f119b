package io.peregrine.fuzz.wire;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.lifecycle.AroundTryHook;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.TryExecutionResult;
import net.jqwik.api.lifecycle.TryExecutor;
import net.jqwik.api.lifecycle.TryLifecycleContext;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestPlan;

/**
 * Counts every generated case of the module, and says at the end how many there were. Found as a
 * service twice; any thread may call it.
 */
public final class CaseCount implements AroundTryHook, TestExecutionListener {
  private static final Map<String, Integer> CASES = new TreeMap<>();

  /** Called by the service loader. */
  public CaseCount() {}

  @Override
  public TryExecutionResult aroundTry(
      TryLifecycleContext context, TryExecutor aTry, List<Object> parameters) {
    synchronized (CASES) {
      CASES.merge(context.containerClass().getPackageName(), 1, Integer::sum);
    }
    return aTry.execute(parameters);
  }

  @Override
  public PropagationMode propagateTo() {
    return PropagationMode.ALL_DESCENDANTS;
  }

  @Override
  public void testPlanExecutionFinished(TestPlan testPlan) {
    synchronized (CASES) {
      int all = CASES.values().stream().mapToInt(Integer::intValue).sum();
      System.out.printf("Generated cases: %,d %s%n", all, CASES);
    }
  }
}
