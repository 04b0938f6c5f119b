package io.peregrine.fuzz.wire;

import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.providers.ArbitraryProvider;
import net.jqwik.api.providers.TypeUsage;

/** Makes the inputs of {@link InputFor}; found as a service. Stateless. */
public final class InputProvider implements ArbitraryProvider {
  /** Called by the service loader. */
  public InputProvider() {}

  @Override
  public boolean canProvideFor(TypeUsage targetType) {
    return targetType.isOfType(byte[].class) && targetType.isAnnotated(InputFor.class);
  }

  @Override
  public Set<Arbitrary<?>> provideFor(TypeUsage targetType, SubtypeProvider subtypeProvider) {
    Optional<InputFor> wanted = targetType.findAnnotation(InputFor.class);
    FuzzTarget target = Targets.named(wanted.orElseThrow().value());
    return Set.of(
        Arbitraries.fromGenerator(
            random ->
                new ShrinkableInput(
                    Corpus.input(target, new SplittableRandom(random.nextLong())))));
  }

  @Override
  public int priority() {
    return 100;
  }
}
