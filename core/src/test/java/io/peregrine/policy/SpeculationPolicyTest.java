package io.peregrine.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.peregrine.SimpleStatement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SpeculationPolicyTest {
  private static final SimpleStatement SELECT = SimpleStatement.of("SELECT v FROM t WHERE k = 1");

  @Test
  void constantDelayIsGivenAsOftenAsNodesMayBeAsked() {
    SpeculativeExecutionPolicy policy =
        SpeculativeExecutionPolicy.constant(Duration.ofMillis(20), 2);
    assertThat(policy.nextDelayNanos("ks", SELECT, 1)).isEqualTo(20_000_000);
    assertThat(policy.nextDelayNanos(null, SELECT, 2)).isEqualTo(20_000_000);
    assertThat(policy.nextDelayNanos("ks", SELECT, 3)).isNegative();
    assertThat(policy.nextDelayNanos("ks", SELECT, 4)).isNegative();
    assertThat(policy.permits(SELECT, 1)).isTrue();
  }

  @Test
  void constantDelayMayBeNothing() {
    assertThat(SpeculativeExecutionPolicy.constant(Duration.ZERO, 1).nextDelayNanos("", SELECT, 1))
        .isZero();
  }

  @Test
  void constantDelayMayBeAsLongAsCanBe() {
    Duration longest = Duration.ofNanos(Long.MAX_VALUE);
    assertThat(
            SpeculativeExecutionPolicy.constant(longest, Integer.MAX_VALUE)
                .nextDelayNanos("ks", SELECT, Integer.MAX_VALUE))
        .isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void badConstantsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SpeculativeExecutionPolicy.constant(Duration.ofNanos(-1), 1))
        .withMessageContaining("PT-0.000000001S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SpeculativeExecutionPolicy.constant(Duration.ofSeconds(1L << 40), 1))
        .withMessageContaining("none()");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SpeculativeExecutionPolicy.constant(Duration.ofSeconds(1), 0))
        .withMessageContaining("0 further nodes");
  }

  @Test
  void noneAsksNoOtherNode() {
    assertThat(SpeculativeExecutionPolicy.none().nextDelayNanos("ks", SELECT, 1)).isNegative();
  }
}
