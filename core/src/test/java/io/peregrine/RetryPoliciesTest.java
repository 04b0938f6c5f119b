package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.execute;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.request.Execute;
import com.datastax.oss.protocol.internal.request.Query;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.error.ReadTimeout;
import com.datastax.oss.protocol.internal.response.error.Unavailable;
import com.datastax.oss.protocol.internal.response.error.WriteTimeout;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ErrorCode;
import io.peregrine.policy.LoadBalancingPolicy;
import io.peregrine.policy.PolicyContext;
import io.peregrine.policy.QueryPlan;
import io.peregrine.policy.RetryPolicy;
import io.peregrine.policy.RoundRobinPolicy;
import io.peregrine.policy.RoutingRequest;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Exchange;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What policies other than the standard one make of errors, and whose policy it is. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class RetryPoliciesTest {
  private static final int QUORUM = ConsistencyLevel.QUORUM.code();
  private static final Columns KEY = Columns.of("ks", "t").and("k", DataType.INT);

  private static SimpleStatement quorum() {
    return SimpleStatement.of("q").setConsistency(ConsistencyLevel.QUORUM).setIdempotent(true);
  }

  private static List<Integer> consistencies(RoutingScene scene) {
    return scene.nodes.servers().stream()
        .flatMap(server -> server.observed().requests(query("q")).stream())
        .map(request -> ((Query) request.frame().message).options.consistency)
        .sorted()
        .toList();
  }

  private static int total(RoutingScene scene) {
    return Arrays.stream(scene.queried("q")).sum();
  }

  @Test
  void lowerConsistencyIsWrittenOverTheOneThatWasAsked() {
    try (RoutingScene scene =
        RoutingScene.open(
            3, 1, cluster -> cluster.retryPolicy(RetryPolicy.downgradingConsistency()))) {
      scene.nodes.on(
          query("q"),
          exchange -> {
            Query query = (Query) exchange.request().frame().message;
            if (query.options.consistency == QUORUM) {
              exchange.reply(new Unavailable("few", QUORUM, 2, 1));
            } else {
              exchange.reply(Void.INSTANCE);
            }
          });
      scene.session.execute(quorum());
      assertThat(consistencies(scene)).containsExactly(ConsistencyLevel.ONE.code(), QUORUM);
    }
  }

  @Test
  void lowerConsistencyIsWrittenIntoPreparedStatementsToo() {
    String text = "SELECT v FROM t WHERE k = ?";
    try (RoutingScene scene =
        RoutingScene.open(
            1, 1, cluster -> cluster.retryPolicy(RetryPolicy.downgradingConsistency()))) {
      PreparedStatement prepared = scene.prepare(text, KEY, Columns.NONE, 0);
      AtomicInteger asked = new AtomicInteger();
      scene.nodes.on(
          execute(text),
          exchange -> {
            if (asked.getAndIncrement() == 0) {
              exchange.reply(new ReadTimeout("late", QUORUM, 2, 3, true));
            } else {
              exchange.reply(Void.INSTANCE);
            }
          });
      scene.session.execute(
          prepared.bind(7).setConsistency(ConsistencyLevel.QUORUM).setIdempotent(true));
      assertThat(scene.nodes.server(0).observed().requests(execute(text)))
          .map(request -> ((Execute) request.frame().message).options.consistency)
          .containsExactly(QUORUM, ConsistencyLevel.TWO.code());
    }
  }

  @Test
  void ignoredErrorIsAResultWithoutRows() {
    try (RoutingScene scene =
        RoutingScene.open(
            3, 1, cluster -> cluster.retryPolicy(RetryPolicy.downgradingConsistency()))) {
      scene.nodes.on(
          query("q"), exchange -> exchange.reply(new WriteTimeout("late", QUORUM, 1, 2, "SIMPLE")));
      ResultSet result = scene.session.execute(quorum().setIdempotent(false));
      assertThat(result.all()).isEmpty();
      assertThat(total(scene)).isEqualTo(1);
      assertThat(scene.cluster.metrics().counters()).containsEntry("ignored errors", 1L);
    }
  }

  @Test
  void policyOfTheStatementComesBeforeThatOfTheProfile() {
    ProfileKey stubborn = ProfileKey.of("stubborn");
    try (RoutingScene scene =
        RoutingScene.open(
            3,
            1,
            cluster ->
                cluster
                    .retryPolicy(RetryPolicy.fallThrough())
                    .executionProfile(
                        stubborn,
                        ExecutionProfile.builder().retryPolicy(RetryPolicy.standard()).build()))) {
      scene.nodes.on(
          query("q"), exchange -> exchange.reply(new Error(ErrorCode.IS_BOOTSTRAPPING, "wait")));
      assertThatThrownBy(() -> scene.session.execute("q"))
          .isInstanceOf(BootstrappingException.class);
      assertThat(total(scene)).isEqualTo(1);
      assertThatThrownBy(
              () -> scene.session.execute(SimpleStatement.of("q").setExecutionProfile(stubborn)))
          .isInstanceOf(NoHostAvailableException.class);
      assertThat(total(scene)).isEqualTo(1 + 3);
      assertThatThrownBy(
              () ->
                  scene.session.execute(
                      SimpleStatement.of("q")
                          .setExecutionProfile(stubborn)
                          .setRetryPolicy(RetryPolicy.fallThrough())))
          .isInstanceOf(BootstrappingException.class);
      assertThat(total(scene)).isEqualTo(1 + 3 + 1);
    }
  }

  @Test
  void everyErrorOfANodeIsKept() {
    try (RoutingScene scene = RoutingScene.open(2, 1, UnaryOperator.identity())) {
      AtomicInteger asked = new AtomicInteger();
      scene.nodes.on(
          query("q"),
          exchange -> {
            if (asked.getAndIncrement() == 0) {
              exchange.reply(new ReadTimeout("late", QUORUM, 2, 2, false));
            } else {
              exchange.reply(new Error(ErrorCode.OVERLOADED, "too much"));
            }
          });
      ResponseFuture future = scene.session.executeAsync(quorum());
      ExecutionInfo info;
      assertThatThrownBy(future::result)
          .isInstanceOfSatisfying(
              NoHostAvailableException.class,
              e -> {
                assertThat(e.errors()).hasSize(2);
                assertThat(e.errors().values())
                    .filteredOn(error -> error.getSuppressed().length > 0)
                    .singleElement()
                    .satisfies(
                        error ->
                            assertThat(error)
                                .isInstanceOf(OverloadedException.class)
                                .hasSuppressedException(error.getSuppressed()[0]));
              });
      info = future.executionInfo();
      assertThat(info.failedAttempts())
          .map(ExecutionInfo.FailedAttempt::error)
          .map(Object::getClass)
          .map(Class::getSimpleName)
          .containsExactly("ReadTimeoutException", "OverloadedException", "OverloadedException");
      assertThat(info.failedAttempts().get(0).node())
          .isEqualTo(info.failedAttempts().get(1).node());
      assertThat(info.coordinator()).isNull();
      assertThat(scene.cluster.metrics().counters()).containsEntry("retries", 2L);
    }
  }

  @Test
  void nodeWhoseErrorIsToldAfterARetryIsTheCoordinator() {
    try (RoutingScene scene = RoutingScene.open(2, 1, UnaryOperator.identity())) {
      scene.nodes.on(
          query("q"), exchange -> exchange.reply(new ReadTimeout("late", QUORUM, 2, 2, false)));
      ResponseFuture future = scene.session.executeAsync(quorum());
      assertThatThrownBy(future::result).isInstanceOf(ReadTimeoutException.class);
      ExecutionInfo info = future.executionInfo();
      assertThat(info.coordinator()).isNotNull();
      assertThat(info.attemptedNodes()).containsExactly(info.coordinator());
      assertThat(info.failedAttempts())
          .singleElement()
          .satisfies(failed -> assertThat(failed.node()).isEqualTo(info.coordinator()));
    }
  }

  @Test
  void errorOfARequestKnowsItsCoordinator() {
    try (RoutingScene scene = RoutingScene.open(2, 1, UnaryOperator.identity())) {
      scene.nodes.on(query("q"), exchange -> exchange.reply(new Error(ErrorCode.INVALID, "no")));
      ResponseFuture future = scene.session.executeAsync("q");
      assertThatThrownBy(future::result).isInstanceOf(InvalidQueryException.class);
      assertThat(future.executionInfo().coordinator()).isIn(scene.session.connectedNodes());
      assertThat(future.executionInfo().failedAttempts()).isEmpty();
    }
  }

  @Test
  void policyThatThrowsWhileOtherNodesAreLookedForLeavesTheErrorAsItWas() {
    AtomicInteger plans = new AtomicInteger();
    LoadBalancingPolicy turns = new RoundRobinPolicy();
    LoadBalancingPolicy once =
        new LoadBalancingPolicy() {
          @Override
          public void init(PolicyContext context) {
            turns.init(context);
          }

          @Override
          public NodeDistance distance(Node node) {
            return turns.distance(node);
          }

          @Override
          public void plan(RoutingRequest request, QueryPlan plan) {
            if (request.target() != null && plans.getAndIncrement() > 0) {
              throw new IllegalStateException("not again");
            }
            turns.plan(request, plan);
          }

          @Override
          public void onUp(Node node) {
            turns.onUp(node);
          }

          @Override
          public void onAdd(Node node) {
            turns.onAdd(node);
          }
        };
    try (RoutingScene scene =
        RoutingScene.open(2, 1, cluster -> cluster.loadBalancingPolicy(once))) {
      scene.nodes.on(
          query("q"), exchange -> exchange.reply(new Error(ErrorCode.OVERLOADED, "too much")));
      assertThatThrownBy(() -> scene.session.execute(quorum().setTargetNode(scene.node(0))))
          .isInstanceOf(OverloadedException.class);
      assertThat(plans).hasValue(2);
    }
  }

  @Test
  void errorOfTheVirtualMachineInAPolicyIsTakenForNoDecision() {
    RetryPolicy broken =
        (RetryPolicy)
            Proxy.newProxyInstance(
                RetryPolicy.class.getClassLoader(),
                new Class<?>[] {RetryPolicy.class},
                (proxy, method, arguments) -> {
                  throw new NoClassDefFoundError("on purpose");
                });
    try (RoutingScene scene = RoutingScene.open(2, 1, b -> b.retryPolicy(broken))) {
      scene.nodes.on(
          query("q"), exchange -> exchange.reply(new ReadTimeout("late", QUORUM, 2, 2, false)));
      assertThatThrownBy(() -> scene.session.execute(quorum().setTimeout(Duration.ZERO)))
          .isInstanceOf(ReadTimeoutException.class);
      scene.nodes.on(query("q"), Exchange::close);
      assertThatThrownBy(() -> scene.session.execute(quorum().setTimeout(Duration.ZERO)))
          .isInstanceOf(RequestAbortedException.class);
    }
  }

  @Test
  void unsafeRequestIsRepeatedIfTheProfileSaysSo() {
    try (RoutingScene scene =
        RoutingScene.open(
            3,
            1,
            cluster ->
                cluster.executionProfile(
                    ProfileKey.DEFAULT,
                    ExecutionProfile.builder().retryNonIdempotent(true).build()))) {
      AtomicInteger asked = new AtomicInteger();
      scene.nodes.on(
          query("q"),
          exchange -> {
            if (asked.getAndIncrement() == 0) {
              exchange.close();
            } else {
              exchange.reply(Void.INSTANCE);
            }
          });
      scene.session.execute("q");
      assertThat(asked).hasValue(2);
    }
  }

  @Test
  void statementThatTheNextNodeDoesNotKnowIsPreparedThereAndSent() {
    String text = "UPDATE t SET v = 1 WHERE k = ?";
    try (RoutingScene scene = RoutingScene.open(2, 1, UnaryOperator.identity())) {
      PreparedStatement prepared = scene.prepare(text, KEY, Columns.NONE, 0);
      int owner = scene.owner(new byte[] {0, 0, 0, 7});
      scene.nodes.server(1 - owner).forgetPrepared();
      scene
          .nodes
          .server(owner)
          .on(
              execute(text),
              exchange -> exchange.reply(new Error(ErrorCode.OVERLOADED, "too much")));
      ExecutionInfo info =
          scene.session.execute(prepared.bind(7).setIdempotent(true)).executionInfo();
      assertThat(info.coordinator()).isEqualTo(scene.node(1 - owner));
      assertThat(info.failedAttempts()).hasSize(1);
    }
  }

  @Test
  void requestWhoseNodeIsLostBeforeItIsPreparedAgainGoesToTheNext() {
    String text = "UPDATE t SET v = 1 WHERE k = ?";
    try (RoutingScene scene = RoutingScene.open(2, 1, UnaryOperator.identity())) {
      PreparedStatement prepared = scene.prepare(text, KEY, Columns.NONE, 0);
      int owner = scene.owner(new byte[] {0, 0, 0, 7});
      scene.nodes.server(owner).forgetPrepared();
      scene
          .nodes
          .server(owner)
          .on(io.peregrine.testkit.server.RequestMatcher.prepare(text), Exchange::close);
      ExecutionInfo info = scene.session.execute(prepared.bind(7)).executionInfo();
      assertThat(info.coordinator()).isEqualTo(scene.node(1 - owner));
    }
  }
}
