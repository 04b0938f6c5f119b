package io.peregrine;

import static io.peregrine.GraphScene.ASKED;
import static io.peregrine.GraphScene.NONE;
import static io.peregrine.GraphScene.QUERY;
import static io.peregrine.GraphScene.results;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.datastax.oss.protocol.internal.response.Error;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.graph.GraphResult;
import io.peregrine.graph.GraphResultSet;
import io.peregrine.graph.SimpleGraphStatement;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.Observations;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The future of a graph query is like that of any other request. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class GraphFutureTest {
  private static final SimpleGraphStatement STATEMENT = SimpleGraphStatement.of(QUERY);

  private GraphScene scene;

  @BeforeEach
  void open() {
    scene = GraphScene.open();
  }

  @AfterEach
  void close() {
    scene.close();
  }

  private GraphResponseFuture execute() {
    return scene.session.graph().executeAsync(STATEMENT, NONE);
  }

  private Exchange asked(HeldRequests held) {
    Observations.until("the query", () -> held.size() == 1);
    return held.take();
  }

  @Test
  void callbacksGetTheResultsOnceTheyAreThere() {
    HeldRequests held = new HeldRequests();
    scene.server.on(ASKED, held);
    List<GraphResultSet> told = new CopyOnWriteArrayList<>();
    GraphResponseFuture future = execute();
    assertThat(
            future
                .onSuccess(told::add)
                .onError(error -> told.clear())
                .onComplete((results, error) -> told.add(results)))
        .isSameAs(future);
    Exchange exchange = asked(held);
    assertThat(told).isEmpty();
    exchange.reply(results("{'result':5}"));
    GraphResultSet results = future.result();
    Observations.until("both callbacks", () -> told.size() == 2);
    assertThat(told).containsExactly(results, results);
    assertThat(results.all()).containsExactly(new GraphResult(5));
    assertThat(future.result()).isSameAs(results);
    assertThat(future.statement()).isSameAs(STATEMENT);
  }

  @Test
  void errbacksGetTheErrorItselfAndWaitingThrowsIt() {
    scene.server.on(ASKED, e -> e.reply(new Error(ErrorCode.INVALID, "no such graph")));
    CompletableFuture<Throwable> told = new CompletableFuture<>();
    GraphResponseFuture future =
        execute().onSuccess(results -> told.cancel(false)).onError(told::complete);
    assertThat(told.join()).isInstanceOf(InvalidQueryException.class);
    assertThatThrownBy(future::result).isSameAs(told.join());
    assertThat(future.executionInfo().coordinator()).isNotNull();
  }

  @Test
  void futureTellsWhoHasAnsweredAndWhatBesides() {
    HeldRequests held = new HeldRequests();
    scene.server.on(ASKED, held);
    UUID trace = new UUID(1, 2);
    GraphResponseFuture future = execute();
    assertThatThrownBy(future::executionInfo)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("executionInfo()");
    assertThatThrownBy(future::warnings).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(future::incomingPayload).isInstanceOf(IllegalStateException.class);
    asked(held)
        .withTracingId(trace)
        .withWarnings("slow")
        .withCustomPayload(Map.of("cost", ByteBuffer.wrap(new byte[] {7})))
        .reply(results("{'result':5}"));
    future.result();
    assertThat(future.warnings()).containsExactly("slow");
    assertThat(future.incomingPayload()).containsEntry("cost", ByteBuffer.wrap(new byte[] {7}));
    ExecutionInfo info = future.executionInfo();
    assertThat(info.coordinator().address()).isEqualTo(scene.server.address());
    assertThat(info.tracingId()).isEqualTo(trace);
  }

  @Test
  void rowsThatCannotBeReadAsResultsAreAnErrorAndNoEndlessWait() {
    ResponseFuture rows = scene.session.executeAsync(SimpleStatement.of("q"));
    GraphResponseFuture future = new GraphResponseFuture(rows.router(), STATEMENT, rows, null);
    rows.join();
    Observations.until("the end of it", future::isDone);
    assertThatThrownBy(future::result)
        .isInstanceOf(DriverException.class)
        .hasMessageContaining("protocol");
    assertThat(future.executionInfo().coordinator()).isNotNull();
  }

  @Test
  void threadOfTheDriverIsNotLetWait() {
    HeldRequests held = new HeldRequests();
    scene.server.on(ASKED, held);
    CompletableFuture<Throwable> refused = new CompletableFuture<>();
    execute()
        .onSuccess(
            results -> {
              GraphResponseFuture next = execute();
              refused.complete(catchThrowable(next::join));
            });
    asked(held).reply(results("{'result':5}"));
    assertThat(refused.join()).isInstanceOf(BlockingCallException.class);
    asked(held).reply(results("{'result':6}"));
  }

  @Test
  void threadThatWaitsDrivesADriverWithoutThreads() {
    try (Scene invoked = Scene.open(ProtocolVersion.DSE_V2, ClusterBuilder::invoked)) {
      invoked.server.on(ASKED, e -> e.reply(results("{'result':5}")));
      assertThat(invoked.session.graph().executeAsync(STATEMENT, NONE).result().all())
          .containsExactly(new GraphResult(5));
    }
  }
}
