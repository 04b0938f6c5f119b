package io.peregrine;

import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.ScriptedServer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What blocks is refused where it would wait for itself; what waits can be interrupted. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class DriverThreadsTest {
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.INT);

  /** What happens to a call that is made on the selector's thread, or the conductor's. */
  private static void assertRefused(Scene scene, String request, ThrowingCallable call) {
    HeldRequests held = new HeldRequests();
    scene.server.once(query(request), held);
    CompletableFuture<String> refused =
        scene
            .session
            .executeAsync(request)
            .handle(
                (result, error) -> {
                  try {
                    call.call();
                    return "not refused";
                  } catch (BlockingCallException e) {
                    return String.valueOf(e.getMessage());
                  } catch (Throwable t) {
                    return t.toString();
                  }
                });
    held.take().replyByDefault();
    assertThat(refused.join()).contains("would block a thread of the driver");
  }

  @Test
  void blockingCallsInAContinuationAreRefused() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      for (String request : new String[] {"q", "USE ks"}) {
        assertRefused(scene, request, () -> scene.session.execute("q"));
        assertRefused(scene, request, () -> scene.session.prepare("q"));
        assertRefused(scene, request, scene.session::close);
        assertRefused(scene, request, scene.cluster::close);
        assertRefused(scene, request, scene.cluster::connect);
      }
      assertThat(scene.session.execute("q").all()).isEmpty();
      assertThat(scene.session.isClosed()).isFalse();
      assertThat(scene.cluster.isClosed()).isFalse();
    }
  }

  @Test
  void blockingCallsInAHandlerAreRefused() throws Exception {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      CompletableFuture<Throwable> thrown = new CompletableFuture<>();
      scene.session.offer(
          SimpleStatement.of("q"),
          new RequestHandler() {
            @Override
            public void onRows(long correlationId, RowCursor rows) {
              try {
                scene.session.execute("q");
              } catch (BlockingCallException e) {
                thrown.complete(e);
              }
            }

            @Override
            public void onError(long correlationId, ErrorView error) {
              thrown.complete(error.toException());
            }
          },
          1);
      assertThat(thrown.get())
          .isInstanceOf(BlockingCallException.class)
          .hasMessageContaining("execute()");
    }
  }

  @Test
  void nextPageIsNotWaitedForOnADriversThreadNorAskedFor() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.server.on(query("paged"), e -> e.reply(rows(VALUE).pagingState((byte) 1)));
      ResultSet result = scene.session.execute("paged");
      assertRefused(scene, "q", result::one);
      assertThat(scene.server.observed().requests(query("paged"))).hasSize(1);
      scene.server.on(query("paged"), e -> e.reply(rows(VALUE).row(int32(1))));
      assertThat(result.all()).hasSize(1);
    }
  }

  @Test
  void interruptedThreadStopsWaitingAndKnowsWhy() throws Exception {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      HeldRequests held = new HeldRequests();
      scene.server.on(query("held"), held);
      AtomicReference<Throwable> thrown = new AtomicReference<>(new AssertionError("none"));
      AtomicReference<Boolean> flag = new AtomicReference<>(false);
      Thread waiting =
          new Thread(
              () -> {
                try {
                  scene.session.execute("held");
                } catch (Throwable t) {
                  thrown.set(t);
                  flag.set(Thread.currentThread().isInterrupted());
                }
              });
      waiting.start();
      var exchange = held.take();
      waiting.interrupt();
      waiting.join();
      assertThat(thrown.get()).isInstanceOf(DriverInterruptedException.class);
      assertThat(flag.get()).isTrue();
      exchange.reply(Void.INSTANCE);
      assertThat(scene.session.execute("q").all()).isEmpty();
    }
  }

  @Test
  void interruptedThreadStopsWaitingForRoom() {
    try (Scene scene = Scene.open(ProtocolVersion.V5, b -> b.maxRequestsPerConnection(2))) {
      HeldRequests held = new HeldRequests();
      scene.server.on(query("held"), held);
      ResponseFuture one = scene.session.executeAsync("held");
      ResponseFuture two = scene.session.executeAsync("held");
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> scene.session.execute("q"))
          .isInstanceOf(DriverInterruptedException.class);
      assertThat(Thread.interrupted()).isTrue();
      held.take().reply(Void.INSTANCE);
      held.take().reply(Void.INSTANCE);
      assertThat(one.join().all()).isEmpty();
      assertThat(two.join().all()).isEmpty();
    }
  }

  @Test
  void sessionWhoseConnectWasInterruptedIsNotLeftBehind() throws Exception {
    try (ScriptedServer server = ScriptedServer.start();
        Cluster cluster = PatientCluster.builder().addContactPoint(server.address()).build();
        Session first = cluster.connect()) {
      HeldRequests held = new HeldRequests();
      server.on(query("USE \"ks\""), held);
      AtomicReference<Throwable> thrown = new AtomicReference<>(new AssertionError("none"));
      Thread connecting =
          new Thread(
              () -> {
                try (Session session = cluster.connect("ks")) {
                  thrown.set(new AssertionError(session + " was opened"));
                } catch (DriverInterruptedException e) {
                  thrown.set(e);
                }
              });
      connecting.start();
      var use = held.take();
      connecting.interrupt();
      connecting.join();
      assertThat(thrown.get()).isInstanceOf(DriverInterruptedException.class);
      use.replyByDefault();
      server.observed().awaitOpenConnections(2);
      assertThat(first.execute("q").all()).isEmpty();
    }
  }
}
