package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.graph.GraphExecutionProfile;
import io.peregrine.graph.GraphOptions;
import io.peregrine.graph.GraphProtocol;
import io.peregrine.graph.SimpleGraphStatement;
import io.peregrine.policy.RetryPolicy;
import io.peregrine.policy.RoundRobinPolicy;
import io.peregrine.policy.SpeculativeExecutionPolicy;
import io.peregrine.testkit.leak.LeakCheck;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Profiles of graph queries: what they have, and where they may be used. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class GraphProfileTest {
  private static final ProfileKey OWN = ProfileKey.of("own");
  private static final SimpleGraphStatement QUERY = SimpleGraphStatement.of("g.V()");

  private static RequestOptions by(ProfileKey key) {
    return RequestOptions.builder().profile(key).build();
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void profilesThatEveryClusterHasAreThere() {
    try (Cluster cluster = Cluster.builder().addContactPoint("127.0.0.1").build()) {
      GraphExecutionProfile standard =
          cluster.executionProfiles().getGraph(ProfileKey.GRAPH_DEFAULT);
      assertThat(standard.execution().requestTimeout()).isEqualTo(Duration.ofSeconds(30));
      assertThat(standard.execution().retryPolicy()).isSameAs(RetryPolicy.never());
      assertThat(standard.execution().loadBalancingPolicy()).isEmpty();
      assertThat(standard.execution().consistency()).isEqualTo(ConsistencyLevel.LOCAL_ONE);
      assertThat(standard.graphOptions()).isEqualTo(GraphOptions.defaults());
      assertThat(standard.graphOptions().source()).isEqualTo("g");
      assertThat(standard.graphOptions().language()).isEqualTo("gremlin-groovy");
      assertThat(standard.graphOptions().name()).isEmpty();

      GraphExecutionProfile system =
          cluster.executionProfiles().getGraph(ProfileKey.GRAPH_SYSTEM_DEFAULT);
      assertThat(system.execution().requestTimeout()).isEqualTo(Duration.ofSeconds(180));
      assertThat(system.execution().retryPolicy()).isSameAs(RetryPolicy.never());
      assertThat(system.graphOptions()).isEqualTo(GraphOptions.defaults());

      GraphExecutionProfile analytics =
          cluster.executionProfiles().getGraph(ProfileKey.GRAPH_ANALYTICS_DEFAULT);
      assertThat(analytics.execution().requestTimeout()).isEqualTo(Duration.ofSeconds(604_800));
      assertThat(analytics.execution().retryPolicy()).isSameAs(RetryPolicy.never());
      assertThat(analytics.graphOptions().source()).isEqualTo("a");
      assertThat(analytics.graphOptions().isAnalytics()).isTrue();
    }
  }

  @Test
  void profileOfTheBuildersTakesThePlaceOfTheDriversOwn() {
    GraphExecutionProfile own =
        GraphExecutionProfile.defaults().withRequestTimeout(Duration.ofSeconds(5));
    try (Cluster cluster =
        Cluster.builder()
            .addContactPoint("127.0.0.1")
            .executionProfile(ProfileKey.GRAPH_DEFAULT, own)
            .executionProfile(OWN, own)
            .build()) {
      assertThat(cluster.executionProfiles().getGraph(ProfileKey.GRAPH_DEFAULT)).isSameAs(own);
      assertThat(cluster.executionProfiles().getGraph(OWN)).isSameAs(own);
    }
  }

  @Test
  void everySettingSurvivesTheOthers() {
    SpeculativeExecutionPolicy speculation =
        SpeculativeExecutionPolicy.constant(Duration.ofMillis(5), 1);
    RoundRobinPolicy policy = new RoundRobinPolicy();
    GraphOptions options =
        GraphOptions.builder()
            .name("people")
            .source("s")
            .language("l")
            .readConsistency(ConsistencyLevel.ONE)
            .writeConsistency(ConsistencyLevel.TWO)
            .protocol(GraphProtocol.GRAPHSON_3)
            .build();
    GraphExecutionProfile profile =
        GraphExecutionProfile.defaults()
            .withGraphOptions(options)
            .withExecution(
                ExecutionProfile.builder()
                    .loadBalancingPolicy(policy)
                    .speculativeExecutionPolicy(speculation)
                    .consistency(ConsistencyLevel.ALL)
                    .pageSize(7)
                    .build())
            .withRequestTimeout(Duration.ofSeconds(9));
    assertThat(profile.graphOptions()).isSameAs(options);
    assertThat(profile.execution().loadBalancingPolicy()).contains(policy);
    assertThat(profile.execution().speculativeExecutionPolicy()).isSameAs(speculation);
    assertThat(profile.execution().consistency()).isEqualTo(ConsistencyLevel.ALL);
    assertThat(profile.execution().pageSize()).hasValue(7);
    assertThat(profile.execution().requestTimeout()).isEqualTo(Duration.ofSeconds(9));
    GraphOptions copy = options.toBuilder().build();
    assertThat(copy).isEqualTo(options).hasSameHashCodeAs(options);
    assertThat(options.toBuilder().name("others").build()).isNotEqualTo(options);
    assertThat(options.toBuilder().name("others").build().payload())
        .isEqualTo(
            Map.of(
                "graph-name", bytes("others"),
                "graph-source", bytes("s"),
                "graph-language", bytes("l"),
                "graph-read-consistency", bytes("ONE"),
                "graph-write-consistency", bytes("TWO"),
                "graph-results", bytes("graphson-3.0")));
    assertThat(GraphOptions.defaults().payload())
        .isEqualTo(Map.of("graph-source", bytes("g"), "graph-language", bytes("gremlin-groovy")));
  }

  @Test
  void blankOptionsAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> GraphOptions.builder().name(" "));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GraphOptions.builder().source(""))
        .withMessageContaining("'default'");
    assertThatIllegalArgumentException().isThrownBy(() -> GraphOptions.builder().language(""));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> GraphExecutionProfile.defaults().withRequestTimeout(Duration.ofSeconds(-1)));
  }

  @Test
  void profileOfTheWrongKindIsRefusedWhereItIsGiven() {
    ExecutionProfile plain = ExecutionProfile.builder().build();
    GraphExecutionProfile graph = GraphExecutionProfile.defaults();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Cluster.builder().executionProfile(ProfileKey.GRAPH_ANALYTICS_DEFAULT, plain))
        .withMessageContaining("'graph analytics'")
        .withMessageContaining("GraphExecutionProfile");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Cluster.builder().executionProfile(ProfileKey.DEFAULT, graph))
        .withMessageContaining("ProfileKey.GRAPH_DEFAULT");
    assertThatThrownBy(
            () -> Cluster.builder().executionProfile(OWN, plain).executionProfile(OWN, graph))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("'own' already");
    assertThatThrownBy(
            () -> Cluster.builder().executionProfile(OWN, graph).executionProfile(OWN, plain))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void requestByAProfileOfTheWrongKindIsRefused() {
    try (Scene scene =
        Scene.open(
            ProtocolVersion.V5,
            builder -> builder.executionProfile(OWN, ExecutionProfile.builder().build()))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> scene.session.graph().execute(QUERY, by(OWN)))
          .withMessageContaining("'own' is not for graph queries")
          .withMessageContaining("GraphExecutionProfile");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> scene.session.graph().executeAsync(QUERY, by(ProfileKey.DEFAULT)));
      RequestOptions plain =
          RequestOptions.builder().profile(ExecutionProfile.builder().build()).build();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> scene.session.graph().execute(QUERY, plain))
          .withMessageContaining("Graph queries go by a GraphExecutionProfile");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> scene.session.execute("q", by(ProfileKey.GRAPH_DEFAULT)))
          .withMessageContaining("'graph' is for graph queries");
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  scene.session.execute(
                      "q",
                      RequestOptions.builder().profile(GraphExecutionProfile.defaults()).build()))
          .withMessageContaining("graph().execute()");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> scene.session.graph().execute(QUERY, by(ProfileKey.of("no"))))
          .withMessageContaining("'graph analytics', 'graph system', 'graph'");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> scene.cluster.executionProfiles().get(ProfileKey.GRAPH_DEFAULT));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> scene.cluster.executionProfiles().getGraph(OWN));
      scene.session.execute("q");
      scene.session.graph().execute(QUERY, RequestOptions.none());
    }
  }

  @Test
  void profileMayBeAddedToAClusterThatIsInUse() {
    GraphExecutionProfile own =
        GraphExecutionProfile.defaults()
            .withExecution(
                ExecutionProfile.builder().loadBalancingPolicy(new RoundRobinPolicy()).build());
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.cluster.executionProfiles().add(OWN, own);
      scene.session.graph().execute(QUERY, by(OWN));
      assertThat(scene.cluster.executionProfiles().getGraph(OWN)).isSameAs(own);
      assertThatThrownBy(() -> scene.cluster.executionProfiles().add(OWN, own))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(
              () -> scene.cluster.executionProfiles().add(OWN, ExecutionProfile.builder().build()))
          .isInstanceOf(IllegalStateException.class);
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  scene
                      .cluster
                      .executionProfiles()
                      .add(ProfileKey.GRAPH_DEFAULT, ExecutionProfile.builder().build()));
    }
  }
}
