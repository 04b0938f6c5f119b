package io.peregrine.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.WriteType;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The decisions of the policies that the driver brings along, in tables. */
class RetryPolicyTest {
  private static final RetryPolicy STANDARD = RetryPolicy.standard();
  private static final RetryPolicy FALL_THROUGH = RetryPolicy.fallThrough();
  private static final RetryPolicy NEVER = RetryPolicy.never();
  private static final RetryPolicy DOWNGRADING = RetryPolicy.downgradingConsistency();
  private static final List<RetryPolicy> ALL = List.of(STANDARD, FALL_THROUGH, NEVER, DOWNGRADING);
  private static final String SAME = "RETRY_SAME_NODE";
  private static final String NEXT = "RETRY_NEXT_NODE";

  /** What a table says in short. */
  private static String written(String decision) {
    return switch (decision) {
      case "same" -> SAME;
      case "next" -> NEXT;
      case "rethrow", "ignore" -> decision.toUpperCase(java.util.Locale.ROOT);
      default -> SAME + " with " + decision;
    };
  }

  private static void check(
      BiFunction<RetryPolicy, FailedRequest, RetryDecision> event,
      int retries,
      String standard,
      String downgrading) {
    FailedRequest request = new PlainFailure(retries);
    assertThat(event.apply(STANDARD, request)).hasToString(written(standard));
    assertThat(event.apply(FALL_THROUGH, request)).isSameAs(RetryDecision.RETHROW);
    assertThat(event.apply(NEVER, request)).isSameAs(RetryDecision.RETHROW);
    assertThat(event.apply(DOWNGRADING, request)).hasToString(written(downgrading));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          level        | required | received | data  | retries | standard | downgrading
          QUORUM       | 2        | 0        | false | 0       | rethrow  | rethrow
          QUORUM       | 2        | 1        | false | 0       | rethrow  | ONE
          QUORUM       | 2        | 1        | true  | 0       | rethrow  | ONE
          QUORUM       | 2        | 2        | false | 0       | same     | same
          QUORUM       | 2        | 2        | true  | 0       | rethrow  | rethrow
          QUORUM       | 2        | 3        | false | 0       | same     | same
          QUORUM       | 2        | 3        | true  | 0       | rethrow  | rethrow
          LOCAL_QUORUM | 3        | 2        | true  | 0       | rethrow  | TWO
          EACH_QUORUM  | 4        | 3        | true  | 0       | rethrow  | THREE
          ALL          | 5        | 4        | true  | 0       | rethrow  | THREE
          ALL          | 9        | 8        | false | 0       | rethrow  | THREE
          ONE          | 1        | 0        | false | 0       | rethrow  | rethrow
          ONE          | 1        | 1        | false | 0       | same     | same
          ONE          | 1        | 1        | true  | 0       | rethrow  | rethrow
          SERIAL       | 2        | 1        | true  | 0       | rethrow  | rethrow
          SERIAL       | 2        | 2        | false | 0       | same     | rethrow
          LOCAL_SERIAL | 2        | 1        | false | 0       | rethrow  | rethrow
          LOCAL_SERIAL | 2        | 2        | false | 0       | same     | rethrow
          QUORUM       | 2        | 1        | true  | 1       | rethrow  | rethrow
          QUORUM       | 2        | 2        | false | 1       | rethrow  | rethrow
          SERIAL       | 2        | 2        | false | 1       | rethrow  | rethrow
          QUORUM       | 2        | 2        | false | 7       | rethrow  | rethrow
          QUORUM       | 2        | -1       | false | 0       | rethrow  | rethrow
          """)
  void readTimeout(
      ConsistencyLevel level,
      int required,
      int received,
      boolean data,
      int retries,
      String standard,
      String downgrading) {
    check(
        (policy, request) -> policy.onReadTimeout(request, level, required, received, data),
        retries,
        standard,
        downgrading);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          level        | type           | required | received | retries | standard | downgrading
          QUORUM       | SIMPLE         | 2        | 0        | 0       | rethrow  | rethrow
          QUORUM       | SIMPLE         | 2        | 1        | 0       | rethrow  | ignore
          QUORUM       | SIMPLE         | 2        | 1        | 1       | rethrow  | rethrow
          SERIAL       | SIMPLE         | 2        | 1        | 0       | rethrow  | ignore
          LOCAL_SERIAL | SIMPLE         | 2        | 0        | 0       | rethrow  | rethrow
          QUORUM       | BATCH          | 2        | 0        | 0       | rethrow  | rethrow
          QUORUM       | BATCH          | 2        | 1        | 0       | rethrow  | ignore
          QUORUM       | BATCH          | 2        | 1        | 1       | rethrow  | rethrow
          QUORUM       | COUNTER        | 2        | 0        | 0       | rethrow  | rethrow
          QUORUM       | COUNTER        | 2        | 1        | 0       | rethrow  | ignore
          QUORUM       | COUNTER        | 2        | 1        | 1       | rethrow  | rethrow
          QUORUM       | UNLOGGED_BATCH | 2        | 0        | 0       | rethrow  | rethrow
          QUORUM       | UNLOGGED_BATCH | 2        | 1        | 0       | rethrow  | ONE
          ALL          | UNLOGGED_BATCH | 3        | 2        | 0       | rethrow  | TWO
          ALL          | UNLOGGED_BATCH | 4        | 3        | 0       | rethrow  | THREE
          ALL          | UNLOGGED_BATCH | 5        | 4        | 0       | rethrow  | THREE
          ALL          | UNLOGGED_BATCH | 5        | 4        | 1       | rethrow  | rethrow
          QUORUM       | BATCH_LOG      | 1        | 0        | 0       | same     | same
          SERIAL       | BATCH_LOG      | 1        | 0        | 0       | same     | same
          QUORUM       | BATCH_LOG      | 1        | 0        | 1       | rethrow  | rethrow
          SERIAL       | CAS            | 2        | 1        | 0       | rethrow  | rethrow
          LOCAL_SERIAL | CAS            | 2        | 1        | 0       | rethrow  | rethrow
          QUORUM       | CAS            | 2        | 1        | 0       | rethrow  | rethrow
          QUORUM       | CAS            | 2        | 1        | 1       | rethrow  | rethrow
          QUORUM       | VIEW           | 2        | 1        | 0       | rethrow  | rethrow
          QUORUM       | CDC            | 2        | 1        | 0       | rethrow  | rethrow
          QUORUM       | UNKNOWN        | 2        | 1        | 0       | rethrow  | rethrow
          QUORUM       | UNKNOWN        | 2        | 1        | 1       | rethrow  | rethrow
          """)
  void writeTimeout(
      ConsistencyLevel level,
      WriteType type,
      int required,
      int received,
      int retries,
      String standard,
      String downgrading) {
    check(
        (policy, request) -> policy.onWriteTimeout(request, level, type, required, received),
        retries,
        standard,
        downgrading);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          level        | required | alive | retries | standard | downgrading
          QUORUM       | 2        | 0     | 0       | next     | rethrow
          QUORUM       | 2        | 1     | 0       | next     | ONE
          LOCAL_QUORUM | 3        | 2     | 0       | next     | TWO
          ALL          | 4        | 3     | 0       | next     | THREE
          ALL          | 5        | 4     | 0       | next     | THREE
          ALL          | 9        | 8     | 0       | next     | THREE
          LOCAL_ONE    | 1        | 0     | 0       | next     | rethrow
          SERIAL       | 2        | 0     | 0       | next     | next
          SERIAL       | 2        | 1     | 0       | next     | next
          LOCAL_SERIAL | 2        | 1     | 0       | next     | next
          QUORUM       | 2        | 1     | 1       | rethrow  | rethrow
          SERIAL       | 2        | 1     | 1       | rethrow  | rethrow
          QUORUM       | 2        | 1     | 7       | rethrow  | rethrow
          """)
  void unavailable(
      ConsistencyLevel level,
      int required,
      int alive,
      int retries,
      String standard,
      String downgrading) {
    check(
        (policy, request) -> policy.onUnavailable(request, level, required, alive),
        retries,
        standard,
        downgrading);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7})
  void requestError(int retries) {
    FailedRequest request = new PlainFailure(retries);
    DriverException error = new DriverException("overloaded");
    assertThat(STANDARD.onRequestError(request, error)).isSameAs(RetryDecision.RETRY_NEXT_NODE);
    assertThat(FALL_THROUGH.onRequestError(request, error)).isSameAs(RetryDecision.RETHROW);
    assertThat(NEVER.onRequestError(request, error)).isSameAs(RetryDecision.RETRY_NEXT_NODE);
    assertThat(DOWNGRADING.onRequestError(request, error)).isSameAs(RetryDecision.RETRY_NEXT_NODE);
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsTriedTwiceThatReplicasCouldNotDo(ConsistencyLevel level) {
    FailedRequest again = new PlainFailure(1);
    for (RetryPolicy policy : ALL) {
      for (int replicas = 0; replicas < 5; replicas++) {
        assertThat(policy.onReadTimeout(again, level, 3, replicas, replicas > 2))
            .isSameAs(RetryDecision.RETHROW);
        assertThat(policy.onUnavailable(again, level, 3, replicas)).isSameAs(RetryDecision.RETHROW);
        for (WriteType type : WriteType.values()) {
          assertThat(policy.onWriteTimeout(again, level, type, 3, replicas))
              .isSameAs(RetryDecision.RETHROW);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SERIAL", "LOCAL_SERIAL"})
  void serialLevelsOfReadsAreNeverLowered(ConsistencyLevel level) {
    FailedRequest first = new PlainFailure(0);
    for (RetryPolicy policy : ALL) {
      for (int replicas = 0; replicas < 5; replicas++) {
        assertThat(policy.onReadTimeout(first, level, 3, replicas, false).consistency()).isNull();
        assertThat(policy.onUnavailable(first, level, 3, replicas).consistency()).isNull();
      }
    }
  }

  @Test
  void onlyTheDowngradingPolicyLowersALevel() {
    FailedRequest first = new PlainFailure(0);
    for (RetryPolicy policy : List.of(STANDARD, FALL_THROUGH, NEVER)) {
      for (WriteType type : WriteType.values()) {
        assertThat(policy.onWriteTimeout(first, ConsistencyLevel.ALL, type, 3, 2).consistency())
            .isNull();
      }
    }
    assertThat(
            DOWNGRADING
                .onWriteTimeout(first, ConsistencyLevel.ALL, WriteType.UNLOGGED_BATCH, 3, 2)
                .consistency())
        .isEqualTo(ConsistencyLevel.TWO);
  }
}
