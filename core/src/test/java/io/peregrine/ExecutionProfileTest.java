package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.policy.LoadBalancingPolicy;
import io.peregrine.policy.RetryPolicy;
import io.peregrine.policy.RoundRobinPolicy;
import io.peregrine.policy.SpeculativeExecutionPolicy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a profile has, and which ones a cluster has. */
class ExecutionProfileTest {
  private static final ProfileKey SLOW = ProfileKey.of("slow");

  @Test
  void defaultsAreThoseOfTheDocumentation() {
    ExecutionProfile profile = ExecutionProfile.builder().build();
    assertThat(profile.loadBalancingPolicy()).isEmpty();
    assertThat(profile.retryPolicy()).isSameAs(RetryPolicy.standard());
    assertThat(
            profile
                .speculativeExecutionPolicy()
                .nextDelayNanos(null, SimpleStatement.of("q").setIdempotent(true), 1))
        .isNegative();
    assertThat(profile.retriesNonIdempotent()).isFalse();
    assertThat(profile.consistency()).isEqualTo(ConsistencyLevel.LOCAL_ONE);
    assertThat(profile.serialConsistency()).isEmpty();
    assertThat(profile.requestTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(profile.pageSize()).isEmpty();
  }

  @Test
  void copyHasAllThatIsNotChangedAndSharesThePolicies() {
    LoadBalancingPolicy policy = new RoundRobinPolicy();
    SpeculativeExecutionPolicy speculation = (keyspace, statement, started) -> 1;
    ExecutionProfile original =
        ExecutionProfile.builder()
            .loadBalancingPolicy(policy)
            .speculativeExecutionPolicy(speculation)
            .retryNonIdempotent(true)
            .consistency(ConsistencyLevel.QUORUM)
            .serialConsistency(ConsistencyLevel.LOCAL_SERIAL)
            .requestTimeout(Duration.ofSeconds(3))
            .pageSize(7)
            .build();
    ExecutionProfile copy = original.toBuilder().consistency(ConsistencyLevel.ONE).build();
    assertThat(copy.loadBalancingPolicy().orElseThrow()).isSameAs(policy);
    assertThat(copy.speculativeExecutionPolicy()).isSameAs(speculation);
    assertThat(copy.retryPolicy()).isSameAs(original.retryPolicy());
    assertThat(copy.retriesNonIdempotent()).isTrue();
    assertThat(copy.consistency()).isEqualTo(ConsistencyLevel.ONE);
    assertThat(copy.serialConsistency()).contains(ConsistencyLevel.LOCAL_SERIAL);
    assertThat(copy.requestTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(copy.pageSize()).hasValue(7);
    assertThat(original.consistency()).isEqualTo(ConsistencyLevel.QUORUM);
  }

  @Test
  void badValuesAreRefusedByTheirSetters() {
    ExecutionProfile.Builder builder = ExecutionProfile.builder();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.serialConsistency(ConsistencyLevel.QUORUM))
        .withMessageContaining("LOCAL_SERIAL");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.requestTimeout(Duration.ofNanos(-1)));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.pageSize(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> ProfileKey.of(" "));
    RequestOptions.Builder options = RequestOptions.builder();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options.serialConsistency(ConsistencyLevel.ONE));
    assertThatIllegalArgumentException().isThrownBy(() -> options.timeout(Duration.ofNanos(-1)));
    assertThatIllegalArgumentException().isThrownBy(() -> options.pageSize(-1));
  }

  @Test
  void keysOfOneNameAreEqual() {
    assertThat(ProfileKey.of("slow")).isEqualTo(SLOW).hasSameHashCodeAs(SLOW).hasToString("slow");
    assertThat(ProfileKey.of("default")).isEqualTo(ProfileKey.DEFAULT);
    assertThat(ProfileKey.of("fast")).isNotEqualTo(SLOW);
  }

  @Test
  void unknownKeyIsRefusedWithThoseThatThereAre() {
    ExecutionProfile profile = ExecutionProfile.builder().build();
    try (Cluster cluster =
        Cluster.builder()
            .executionProfile(SLOW, profile)
            .executionProfile(ProfileKey.of("a"), profile)
            .build()) {
      assertThat(cluster.executionProfiles().get(SLOW)).isSameAs(profile);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> cluster.executionProfiles().get(ProfileKey.of("fast")))
          .withMessageContaining("no execution profile 'fast'")
          .withMessageContaining("'a', 'default', 'slow'");
    }
  }

  @Test
  void keyIsForOneProfile() {
    ExecutionProfile profile = ExecutionProfile.builder().build();
    ClusterBuilder builder = Cluster.builder().executionProfile(SLOW, profile);
    assertThatIllegalStateException()
        .isThrownBy(() -> builder.executionProfile(ProfileKey.of("slow"), profile))
        .withMessageContaining("'slow'");
    try (Cluster cluster = builder.build()) {
      assertThatIllegalStateException()
          .isThrownBy(() -> cluster.executionProfiles().add(SLOW, profile));
      assertThatIllegalStateException()
          .isThrownBy(() -> cluster.executionProfiles().add(ProfileKey.DEFAULT, profile));
      cluster.executionProfiles().add(ProfileKey.of("new"), profile);
      assertThatIllegalStateException()
          .isThrownBy(() -> cluster.executionProfiles().add(ProfileKey.of("new"), profile));
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  cluster
                      .executionProfiles()
                      .add(ProfileKey.of("other"), profile, Duration.ofNanos(-1)));
    }
  }

  @Test
  void defaultProfileIsWhatTheBuilderWasToldLast() {
    ExecutionProfile given =
        ExecutionProfile.builder()
            .consistency(ConsistencyLevel.TWO)
            .requestTimeout(Duration.ofSeconds(2))
            .build();
    try (Cluster cluster =
        Cluster.builder()
            .consistency(ConsistencyLevel.ALL)
            .executionProfile(ProfileKey.DEFAULT, given)
            .requestTimeout(Duration.ofSeconds(1))
            .build()) {
      ExecutionProfile profile = cluster.executionProfiles().get(ProfileKey.DEFAULT);
      assertThat(profile.consistency()).isEqualTo(ConsistencyLevel.TWO);
      assertThat(profile.requestTimeout()).isEqualTo(Duration.ofSeconds(1));
      assertThat(profile.loadBalancingPolicy()).isPresent();
    }
  }
}
