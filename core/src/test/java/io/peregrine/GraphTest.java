package io.peregrine;

import static io.peregrine.GraphScene.ASKED;
import static io.peregrine.GraphScene.NONE;
import static io.peregrine.GraphScene.QUERY;
import static io.peregrine.GraphScene.by;
import static io.peregrine.GraphScene.results;
import static io.peregrine.testkit.server.Cells.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.request.Query;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.error.ReadTimeout;
import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ErrorCode;
import io.peregrine.graph.GraphExecutionProfile;
import io.peregrine.graph.GraphOptions;
import io.peregrine.graph.GraphProtocol;
import io.peregrine.graph.GraphResult;
import io.peregrine.graph.GraphResultSet;
import io.peregrine.graph.GraphsonException;
import io.peregrine.graph.SimpleGraphStatement;
import io.peregrine.graph.Vertex;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.RowsBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What comes of graph queries at a server that says what a DSE would say. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class GraphTest {
  private GraphScene scene;

  @BeforeEach
  void open() {
    scene = GraphScene.open();
  }

  @AfterEach
  void close() {
    scene.close();
  }

  @Test
  void resultsAreElementsAndValues() {
    scene.answer(
        "{'result':{'id':1,'label':'person','type':'vertex','properties':{}}}",
        "{'result':5}",
        "{'result':null}");
    GraphResultSet results = scene.session.graph().execute(QUERY);
    assertThat(results.one()).isEqualTo(new GraphResult(new Vertex(1, "person", Map.of())));
    assertThat(results.one()).isEqualTo(new GraphResult(5));
    assertThat(results.one()).isEqualTo(new GraphResult(null));
    assertThat(results.one()).isNull();
    assertThat(results.executionInfo().coordinator().address()).isEqualTo(scene.server.address());
    assertThat(scene.session.graph().execute(QUERY).rows().one().getString(0))
        .startsWith("{\"result\":{\"id\":1");
  }

  @Test
  void typedResultsAreReadWhereTheyWereAskedFor() {
    scene.answer("{'result':{'@type':'g:Int64','@value':5},'bulk':{'@type':'g:Int64','@value':2}}");
    for (GraphProtocol protocol : List.of(GraphProtocol.GRAPHSON_2, GraphProtocol.GRAPHSON_3)) {
      GraphExecutionProfile profile =
          GraphExecutionProfile.defaults()
              .withGraphOptions(GraphOptions.builder().protocol(protocol).build());
      assertThat(scene.session.graph().execute(SimpleGraphStatement.of(QUERY), by(profile)).all())
          .containsExactly(new GraphResult(5L), new GraphResult(5L));
      assertThat(scene.last().frame().customPayload)
          .containsEntry("graph-results", text(protocol.text()));
    }
    assertThat(scene.session.graph().execute(SimpleGraphStatement.of(QUERY), NONE).one().value())
        .isInstanceOf(Map.class);
  }

  @Test
  void resultThatIsThereManyTimesIsRepeated() {
    scene.answer("{'result':'a','bulk':2}", "{'result':'b'}", "{'result':'c','bulk':1000000000}");
    GraphResultSet results = scene.session.graph().execute(QUERY);
    assertThat(results.one()).isEqualTo(new GraphResult("a"));
    List<GraphResult> left = results.all();
    assertThat(left).hasSize(1_000_000_002);
    assertThat(left.get(0)).isEqualTo(new GraphResult("a"));
    assertThat(left.get(1)).isEqualTo(new GraphResult("b"));
    assertThat(left.get(1_000_000_001)).isEqualTo(new GraphResult("c"));
    assertThat(results.all()).isEmpty();
    assertThat(scene.session.graph().execute(QUERY).stream().limit(4).map(r -> r.as(String.class)))
        .containsExactly("a", "a", "b", "c");
    List<GraphResult> iterated = new ArrayList<>();
    for (GraphResult result : scene.session.graph().execute(QUERY)) {
      iterated.add(result);
      if (iterated.size() == 4) {
        break;
      }
    }
    assertThat(iterated).last().isEqualTo(new GraphResult("c"));
  }

  @Test
  void nextPageIsFetchedWhenTheServerGivesPages() {
    scene.server.on(
        ASKED,
        e -> {
          boolean second = ((Query) e.request().message()).options.pagingState != null;
          RowsBuilder page = results(second ? "{'result':2}" : "{'result':1}");
          e.reply(second ? page : page.pagingState((byte) 1));
        });
    assertThat(scene.session.graph().execute(QUERY).all())
        .containsExactly(new GraphResult(1), new GraphResult(2));
  }

  @Test
  void malformedResultIsToldAndTheNextOneIsRead() {
    scene.answer(
        "{'result':",
        "[]",
        "{'results':1}",
        "{'result':1,'bulk':0}",
        "{'result':1,'bulk':'many'}",
        "{'result':7}");
    GraphResultSet results = scene.session.graph().execute(QUERY);
    assertThatThrownBy(results::one)
        .isInstanceOf(io.peregrine.codec.MalformedMessageException.class)
        .hasMessageContaining("JSON at offset 10");
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(results::one)
          .isInstanceOf(GraphsonException.class)
          .hasMessageContaining("no object with a result");
    }
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(results::one)
          .isInstanceOf(GraphsonException.class)
          .hasMessageContaining("in the place of a count");
    }
    assertThat(results.one()).isEqualTo(new GraphResult(7));
  }

  @Test
  void asynchronousQueryBringsTheSame() {
    scene.answer("{'result':5}");
    GraphResultSet results =
        scene
            .session
            .graph()
            .executeAsync(SimpleGraphStatement.of(QUERY, Map.of("who", "ann")), NONE)
            .join();
    assertThat(results.all()).containsExactly(new GraphResult(5));
  }

  @Test
  void nothingIsTriedAgainByDefault() {
    scene.server.on(
        ASKED,
        e -> e.reply(new ReadTimeout("late", ConsistencyLevel.LOCAL_ONE.code(), 1, 1, false)));
    SimpleGraphStatement twice = SimpleGraphStatement.of(QUERY).withIdempotent(true);
    assertThatThrownBy(() -> scene.session.graph().execute(twice, NONE))
        .isInstanceOf(ReadTimeoutException.class);
    assertThat(scene.requests()).hasSize(1);
    GraphExecutionProfile retrying =
        GraphExecutionProfile.defaults().withExecution(ExecutionProfile.builder().build());
    assertThatThrownBy(() -> scene.session.graph().execute(twice, by(retrying)))
        .isInstanceOf(ReadTimeoutException.class);
    assertThat(scene.requests()).hasSize(3);
  }

  @Test
  void errorOfTheServerIsTold() {
    scene.server.on(ASKED, e -> e.reply(new Error(ErrorCode.INVALID, "no such graph")));
    assertThatThrownBy(() -> scene.session.graph().execute(QUERY))
        .isInstanceOf(InvalidQueryException.class)
        .hasMessageContaining("no such graph");
    assertThatThrownBy(
            () -> scene.session.graph().executeAsync(SimpleGraphStatement.of(QUERY), NONE).join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(InvalidQueryException.class);
  }

  @Test
  void queryThatIsNotAnsweredTimesOut() {
    scene.server.on(ASKED, Exchange::silence);
    GraphExecutionProfile hasty =
        GraphExecutionProfile.defaults().withRequestTimeout(Duration.ofMillis(20));
    assertThatThrownBy(
            () -> scene.session.graph().execute(SimpleGraphStatement.of(QUERY), by(hasty)))
        .isInstanceOf(OperationTimedOutException.class);
  }

  @Test
  void threadThatDrivesItsSessionExecutesThemToo() {
    scene.answer("{'result':5}");
    try (Session own = scene.cluster.connect(ConnectOptions.callerRuns())) {
      assertThat(own.graph().execute(QUERY).all()).containsExactly(new GraphResult(5));
    }
  }
}
