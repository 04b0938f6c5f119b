package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.Responder;
import io.peregrine.testkit.server.ServerConnection;
import io.peregrine.testkit.server.ServerTls;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that speak TLS as they should until the handshake is over, and then do not. */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class HostileTlsTest {
  private static final int MEGABYTE = 1 << 20;
  private static final int RECORD = 0x4000;
  private static final int HALF = 8_000;

  @TempDir Path folder;

  private HostileScene open(String protocol) {
    return open(protocol, builder -> builder);
  }

  private HostileScene open(String protocol, UnaryOperator<ClusterBuilder> settings) {
    TlsOptions tls = Secured.trusting("authority", folder).protocols(protocol);
    return HostileScene.open(
        server -> server.tls(ServerTls.of("server")), builder -> settings.apply(builder.tls(tls)));
  }

  /** The beginning of a record of data: who has no keys cannot tell that it is none. */
  private static byte[] record(int length, int bytes) {
    return ByteBuffer.allocate(5 + bytes)
        .put((byte) 23)
        .putShort((short) 0x0303)
        .putShort((short) length)
        .array();
  }

  private record Ended(ResponseFuture future, HostileScene.Cost cost) {}

  /** Asks and counts; what another session asks meanwhile is answered all the same. */
  private static Ended ask(
      HostileScene scene, String what, Session other, Supplier<ResponseFuture> asking) {
    HeldRequests held = new HeldRequests();
    scene.server.on(query("held"), held);
    ResponseFuture beside = other.executeAsync("held");
    scene.costUntil("a request of another", () -> held.size() == 1);
    ResponseFuture bad = asking.get();
    HostileScene.Cost cost = scene.costUntil(what, bad::isDone);
    ServerConnection othersOwn = held.take().connection();
    assertThat(othersOwn.isOpen()).isTrue();
    assertThat(beside).isNotDone();
    scene.server.on(query("good"), Void.INSTANCE);
    assertThat(other.execute("good").all()).isEmpty();
    return new Ended(bad, cost);
  }

  private static void assertIsLost(
      HostileScene scene, String what, Session other, String words, Responder bad) {
    scene.server.on(query("bad"), bad);
    try (Session session = scene.cluster.connect()) {
      Ended lost = ask(scene, what, other, () -> session.executeAsync("bad"));
      assertThat(lost.cost().offHeap()).isLessThan(MEGABYTE);
      assertThat(lost.cost().heap()).isLessThan(MEGABYTE);
      assertThatThrownBy(lost.future()::join)
          .hasCauseInstanceOf(RequestAbortedException.class)
          .hasMessageContaining(scene.server.address().toString())
          .satisfies(error -> assertThat(causes(error)).contains(words));
    }
  }

  private static String causes(Throwable error) {
    StringBuilder causes = new StringBuilder();
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      causes.append(cause).append('\n');
    }
    return causes.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void halfARecordIsWaitedForNoLongerThanItsRequestMayTake(String protocol) {
    AtomicReference<ServerConnection> half = new AtomicReference<>();
    TestTime time = new TestTime();
    Duration timeout = Duration.ofSeconds(2);
    try (HostileScene scene = open(protocol, time::drive);
        Session other = scene.cluster.connect();
        Session session = scene.cluster.connect()) {
      scene.server.on(
          query("bad"),
          e -> {
            e.connection().writeOnTheWire(record(RECORD, HALF));
            half.set(e.connection());
          });
      Ended bad =
          ask(
              scene,
              "half a record, " + protocol,
              other,
              () -> {
                ResponseFuture asked =
                    session.executeAsync(SimpleStatement.of("bad").setTimeout(timeout));
                TestTime.until(scene.cluster, "half a record", () -> half.get() != null);
                time.pass(timeout);
                return asked;
              });
      assertThat(bad.cost().offHeap()).isLessThan(MEGABYTE);
      assertThat(bad.cost().heap()).isLessThan(MEGABYTE);
      assertThatThrownBy(bad.future()::join).hasCauseInstanceOf(OperationTimedOutException.class);
      ResponseFuture next = session.executeAsync("good");
      half.get().writeOnTheWire(new byte[RECORD - HALF]);
      scene.costUntil("the end of the connection", () -> !half.get().isOpen());
      scene.costUntil("an end of what was asked on it", next::isDone);
      assertThatThrownBy(next::join).hasCauseInstanceOf(RequestAbortedException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void whatIsNoRecordEndsItsConnectionAndNoOther(String protocol) {
    try (HostileScene scene = open(protocol);
        Session other = scene.cluster.connect()) {
      assertIsLost(
          scene,
          "a record that is too large, " + protocol,
          other,
          "SSLProtocolException",
          e -> e.connection().writeOnTheWire(record(0xFFFF, HALF)));
      assertIsLost(
          scene,
          "a record that nobody has encrypted, " + protocol,
          other,
          "SSLException",
          e -> e.connection().writeOnTheWire(record(HALF, HALF)));
      assertIsLost(
          scene,
          "half a record and the end, " + protocol,
          other,
          "the server closed it",
          e -> {
            e.connection().writeOnTheWire(record(RECORD, HALF));
            e.close();
          });
      assertIsLost(
          scene,
          "plain CQL, " + protocol,
          other,
          "SSLException",
          e ->
              e.connection()
                  .writeOnTheWire(
                      HostileBytes.envelope(4, 0, e.streamId(), 8, new byte[] {0, 0, 0, 1})));
    }
  }
}
