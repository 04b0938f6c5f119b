package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.policy.LoadBalancingPolicy;
import io.peregrine.policy.PolicyAround;
import io.peregrine.policy.RoundRobinPolicy;
import io.peregrine.testkit.leak.AllocationProbe;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.Observations;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Sessions and clusters that are closed while nobody waits. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class CloseAsyncTest {
  /** Does something in a handler, and has what came of it. */
  private static final class InHandler implements RequestHandler {
    final CompletableFuture<CompletableFuture<Void>> called = new CompletableFuture<>();
    private final Supplier<CompletableFuture<Void>> what;

    InHandler(Supplier<CompletableFuture<Void>> what) {
      this.what = what;
    }

    @Override
    public void onRows(long correlationId, RowCursor rows) {
      try {
        called.complete(what.get());
      } catch (RuntimeException e) {
        called.completeExceptionally(e);
      }
    }

    @Override
    public void onError(long correlationId, ErrorView error) {
      called.cancel(false);
    }

    /** What the call has thrown. */
    Throwable thrown() {
      return called.handle((future, error) -> error).join();
    }
  }

  private static void assertClosed(Scene scene) {
    assertThat(scene.cluster.isClosed()).isTrue();
    scene.server.observed().awaitOpenConnections(0);
    assertThatThrownBy(() -> scene.session.execute("q")).isInstanceOf(ClusterClosedException.class);
  }

  @Test
  void sessionIsClosedAndTheClusterIsNot() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.server.on(query("never"), Exchange::silence);
      ResponseFuture inFlight = scene.session.executeAsync("never");
      CompletableFuture<Void> closing = scene.session.closeAsync();
      assertThat(scene.session.isClosed()).isTrue();
      closing.join();
      assertThatThrownBy(inFlight::join).cause().isInstanceOf(SessionClosedException.class);
      scene.server.observed().awaitOpenConnections(1);
      scene.session.closeAsync().join();
      assertThat(scene.cluster.isClosed()).isFalse();
    }
  }

  @Test
  void clusterIsClosedWithAllThatItHas() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.server.on(query("never"), Exchange::silence);
      ResponseFuture inFlight = scene.session.executeAsync("never");
      CompletableFuture<Void> closing = scene.cluster.closeAsync();
      assertThat(scene.cluster.isClosed()).isTrue();
      closing.join();
      assertThatThrownBy(inFlight::join).cause().isInstanceOf(ClusterClosedException.class);
      assertThat(AllocationProbe.threadsNamed("peregrine-conductor")).isEmpty();
      assertThat(AllocationProbe.threadsNamed("peregrine-selector")).isEmpty();
      assertClosed(scene);
    }
  }

  @Test
  void closingInEachWayAndAgainIsFine() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      CompletableFuture<Void> first = scene.cluster.closeAsync();
      CompletableFuture<Void> second = scene.cluster.closeAsync();
      CompletableFuture<Void> session = scene.session.closeAsync();
      scene.cluster.close();
      CompletableFuture.allOf(first, second, session).join();
      scene.cluster.closeAsync().join();
      scene.session.closeAsync().join();
      scene.server.observed().awaitOpenConnections(0);
    }
  }

  @Test
  void handlerMayCloseItsSession() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      InHandler handler = new InHandler(scene.session::closeAsync);
      scene.session.offer(SimpleStatement.of("q"), handler, 1);
      handler.called.join().join();
      scene.server.observed().awaitOpenConnections(1);
    }
  }

  @Test
  void handlerMayCloseTheCluster() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      InHandler handler = new InHandler(scene.cluster::closeAsync);
      scene.session.offer(SimpleStatement.of("q"), handler, 1);
      handler.called.join().join();
      assertClosed(scene);
    }
  }

  @Test
  void callbackOfConnectingMayCloseTheCluster() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.cluster.connectAsync().thenCompose(session -> scene.cluster.closeAsync()).join();
      assertClosed(scene);
    }
  }

  @Test
  void callerRunsSessionIsClosedWhenTheCallReturns() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      Session session = scene.cluster.connect(ConnectOptions.callerRuns());
      scene.server.on(query("never"), Exchange::silence);
      ResponseFuture inFlight = session.executeAsync("never");
      session.invoke();
      assertThat(session.closeAsync()).isCompleted();
      assertThatThrownBy(inFlight::join).cause().isInstanceOf(SessionClosedException.class);
      scene.server.observed().awaitOpenConnections(2);
    }
  }

  @Test
  void handlerOfACallerRunsSessionMayCloseTheClusterButNotItsSession() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      Session session = scene.cluster.connect(ConnectOptions.callerRuns());
      InHandler refused = new InHandler(session::closeAsync);
      session.offer(SimpleStatement.of("q"), refused, 1);
      Observations.driveUntil("a handler", refused.called::isDone, session::invoke);
      assertThat(refused.thrown())
          .isInstanceOf(BlockingCallException.class)
          .hasMessageContaining("not before the handler has returned");
      assertThat(session.isClosed()).isFalse();
      InHandler closing = new InHandler(scene.cluster::closeAsync);
      session.offer(SimpleStatement.of("q"), closing, 2);
      Observations.driveUntil("a handler", closing.called::isDone, session::invoke);
      closing.called.join().join();
      assertClosed(scene);
    }
  }

  @Test
  void sessionOfAnInvokedClusterIsClosedWhileThatIsInvoked() {
    try (Scene scene = Scene.open(ProtocolVersion.V5, ClusterBuilder::invoked)) {
      CompletableFuture<Void> closing = scene.session.closeAsync();
      assertThat(closing).isNotDone();
      Observations.driveUntil("its end", closing::isDone, scene.cluster::invoke);
      scene.server.observed().awaitOpenConnections(1);
    }
  }

  @Test
  void invokedClusterIsClosedWhenTheCallReturnsButNotByAHandler() {
    try (Scene scene = Scene.open(ProtocolVersion.V5, ClusterBuilder::invoked)) {
      InHandler refused = new InHandler(scene.cluster::closeAsync);
      scene.session.offer(SimpleStatement.of("q"), refused, 1);
      Observations.driveUntil("a handler", refused.called::isDone, scene.cluster::invoke);
      assertThat(refused.thrown()).isInstanceOf(BlockingCallException.class);
      assertThat(scene.cluster.isClosed()).isFalse();
      assertThat(scene.cluster.closeAsync()).isCompleted();
      assertClosed(scene);
    }
  }

  /** Closes a cluster in each way, on the thread that it is called on. */
  private static CompletableFuture<Void> refusedAndClosed(Cluster cluster) {
    assertThatThrownBy(cluster::close).isInstanceOf(BlockingCallException.class);
    return cluster.closeAsync();
  }

  @Test
  void listenersAndPoliciesMayCloseTheClusterButNotWaitForIt() {
    for (boolean isPolicy : new boolean[] {false, true}) {
      AtomicReference<Cluster> cluster = new AtomicReference<>();
      CompletableFuture<CompletableFuture<Void>> closing = new CompletableFuture<>();
      Runnable close =
          () -> closing.completeAsync(() -> refusedAndClosed(cluster.get()), Runnable::run);
      LoadBalancingPolicy policy =
          new PolicyAround(new RoundRobinPolicy()) {
            @Override
            public void onDown(Node node) {
              super.onDown(node);
              if (isPolicy) {
                close.run();
              }
            }
          };
      try (ClusterScene scene = ClusterScene.of(2, b -> b.loadBalancingPolicy(policy))) {
        cluster.set(scene.cluster);
        scene.cluster.addNodeStateListener(
            new NodeStateListener() {
              @Override
              public void onDown(Node node) {
                if (!isPolicy) {
                  close.run();
                }
              }
            });
        Session session = scene.cluster.connect();
        scene.untilConnected(session, 2);
        scene.nodes.server(1).goDown();
        closing.thenCompose(closed -> closed).join();
        assertThat(scene.cluster.isClosed()).isTrue();
        scene.nodes.server(0).observed().awaitOpenConnections(0);
        assertThatThrownBy(() -> session.execute("q")).isInstanceOf(ClusterClosedException.class);
      }
    }
  }
}
