package io.peregrine.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.conductor.PreparedRegistry.Text;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PreparedRegistryTest {
  private final Set<Object> used = new HashSet<>();
  private final PreparedRegistry<Object> registry = new PreparedRegistry<>(4, used::remove);

  private Object keep(String query, Object fresh) {
    return registry.keep(new Text(query, "ks"), fresh, known -> true);
  }

  private void fill() {
    for (int i = 0; i < 4; i++) {
      keep("q" + i, "statement " + i);
    }
  }

  @Test
  void sameTextIsTheSameStatement() {
    Object first = new Object();
    assertThat(registry.find(new Text("q", "ks"))).isNull();
    assertThat(keep("q", first)).isSameAs(first);
    assertThat(keep("q", new Object())).isSameAs(first);
    assertThat(registry.find(new Text("q", "ks"))).isSameAs(first);
    assertThat(registry.texts()).containsExactly(new Text("q", "ks"));
  }

  @Test
  void otherKeyspaceIsAnotherStatement() {
    Object first = keep("q", new Object());
    Object other = new Object();
    assertThat(registry.keep(new Text("q", null), other, known -> true)).isSameAs(other);
    assertThat(keep("q", new Object())).isSameAs(first);
    assertThat(registry.texts()).hasSize(2);
  }

  @Test
  void statementThatIsNotTheSameAnyMoreIsReplaced() {
    keep("q", new Object());
    Object second = new Object();
    assertThat(registry.keep(new Text("q", "ks"), second, known -> false)).isSameAs(second);
    assertThat(keep("q", new Object())).isSameAs(second);
    assertThat(registry.size()).isEqualTo(1);
  }

  @Test
  void eldestGoesWhereThereIsNoRoom() {
    fill();
    keep("q4", "statement 4");
    keep("q5", "statement 5");
    assertThat(registry.texts()).extracting(Text::query).containsExactly("q2", "q3", "q4", "q5");
    assertThat(registry.find(new Text("q0", "ks"))).isNull();
  }

  @Test
  void usedStatementIsPassedOver() {
    fill();
    used.add("statement 0");
    used.add("statement 1");
    keep("q4", "statement 4");
    assertThat(registry.texts()).extracting(Text::query).containsExactly("q3", "q0", "q1", "q4");
    // It has not been used since, so it is no better than the others.
    keep("q5", "statement 5");
    keep("q6", "statement 6");
    assertThat(registry.texts()).extracting(Text::query).containsExactly("q1", "q4", "q5", "q6");
  }

  @Test
  void eldestGoesIfAllAreInUse() {
    fill();
    IntStream.range(0, 4).forEach(i -> used.add("statement " + i));
    keep("q4", "statement 4");
    assertThat(registry.texts()).extracting(Text::query).containsExactly("q1", "q2", "q3", "q4");
  }

  @Test
  void replacingTakesNoRoom() {
    fill();
    registry.keep(new Text("q3", "ks"), "another", known -> false);
    assertThat(registry.texts()).extracting(Text::query).containsExactly("q0", "q1", "q2", "q3");
  }

  @Test
  void noRoomAtAllKeepsNothing() {
    PreparedRegistry<Object> none = new PreparedRegistry<>(0, statement -> true);
    assertThat(none.keep(new Text("q", null), "first", known -> true)).isEqualTo("first");
    assertThat(none.keep(new Text("q", null), "second", known -> true)).isEqualTo("second");
    assertThat(none.size()).isZero();
  }

  @Test
  void forgottenStatementIsNotFound() {
    fill();
    registry.forget((text, statement) -> statement.equals("statement 1"));
    assertThat(registry.texts()).extracting(Text::query).containsExactly("q0", "q2", "q3");
  }
}
