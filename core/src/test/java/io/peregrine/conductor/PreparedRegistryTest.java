package io.peregrine.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.testkit.server.Observations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PreparedRegistryTest {
  private final PreparedRegistry<Object> registry = new PreparedRegistry<>();

  private Object keep(String query, Object fresh) {
    return registry.keep(new PreparedRegistry.Text(query, "ks"), fresh, known -> true);
  }

  @Test
  void sameTextIsTheSameStatement() {
    Object first = new Object();
    assertThat(keep("q", first)).isSameAs(first);
    assertThat(keep("q", new Object())).isSameAs(first);
    assertThat(registry.texts()).containsExactly(new PreparedRegistry.Text("q", "ks"));
  }

  @Test
  void otherKeyspaceIsAnotherStatement() {
    Object first = keep("q", new Object());
    Object other = new Object();
    assertThat(registry.keep(new PreparedRegistry.Text("q", null), other, known -> true))
        .isSameAs(other);
    assertThat(keep("q", new Object())).isSameAs(first);
    assertThat(registry.texts()).hasSize(2);
  }

  @Test
  void statementThatIsNotTheSameAnyMoreIsReplaced() {
    keep("q", new Object());
    Object second = new Object();
    assertThat(registry.keep(new PreparedRegistry.Text("q", "ks"), second, known -> false))
        .isSameAs(second);
    assertThat(keep("q", new Object())).isSameAs(second);
    assertThat(registry.size()).isEqualTo(1);
  }

  @Test
  void droppedStatementIsForgotten() {
    Object held = keep("held", new Object());
    for (int i = 0; i < 1_000; i++) {
      keep("dropped " + i, new Object());
    }
    Observations.driveUntil(
        "the dropped to go",
        () -> registry.size() == 1,
        () -> {
          System.gc();
          keep("held", held);
          return 0;
        });
    assertThat(registry.texts()).containsExactly(new PreparedRegistry.Text("held", "ks"));
    assertThat(keep("held", new Object())).isSameAs(held);
  }
}
