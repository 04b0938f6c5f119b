package io.peregrine;

import static io.peregrine.testkit.server.Cells.bigint;
import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.Cells.text;
import static io.peregrine.testkit.server.RequestMatcher.execute;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.request.Execute;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.Request;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The table is altered while a statement is in use: no row may be read by the wrong columns. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class MetadataChangedTest {
  private static final String SELECT = "SELECT * FROM t WHERE k = ?";
  private static final Columns KEY = Columns.of("ks", "t").and("k", DataType.VARCHAR);
  private static final Columns OLD = Columns.of("ks", "t").and("a", DataType.INT);
  private static final Columns NEW =
      Columns.of("ks", "t").and("b", DataType.BIGINT).and("a", DataType.INT);
  private static final byte[] NEW_ID = {1, 2, 3, 4};

  private static PreparedStatement prepare(Scene scene) {
    scene.server.define(SELECT, KEY, OLD, 0);
    return scene.session.prepare(SELECT);
  }

  private static byte[] idOf(Request request) {
    return ((Execute) request.message()).resultMetadataId;
  }

  @Test
  void answerIsReadByTheColumnsItBringsAndLaterRequestsGoByThem() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      PreparedStatement prepared = prepare(scene);
      scene.server.once(
          execute(SELECT), e -> e.reply(rows(NEW).row(bigint(8), int32(7)).newMetadataId(NEW_ID)));
      BoundStatement select = prepared.bind("k");
      Row changed = scene.session.execute(select).one();
      assertThat(changed).isNotNull();
      assertThat(changed.getLong("b")).isEqualTo(8);
      assertThat(changed.getInt("a")).isEqualTo(7);
      assertThat(prepared.resultColumns().size()).isEqualTo(2);
      scene.server.on(execute(SELECT), e -> e.reply(rows(NEW).row(bigint(9), int32(6))));
      Row later = scene.session.execute(select).one();
      assertThat(later).isNotNull();
      assertThat(later.getLong("b")).isEqualTo(9);
      List<Request> requests = scene.server.observed().requests(execute(SELECT));
      assertThat(idOf(requests.get(0))).hasSize(16);
      assertThat(idOf(requests.get(1))).containsExactly(1, 2, 3, 4);
    }
  }

  @Test
  void handlerReadsTheColumnsOfItsOwnAnswer() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      BoundStatement select = prepare(scene).bind("k");
      scene.server.once(
          execute(SELECT), e -> e.reply(rows(NEW).row(bigint(8), int32(7)).newMetadataId(NEW_ID)));
      Answers answers = new Answers();
      scene.session.offer(select, answers, 1);
      assertThat(answers.take().rows()).containsExactly(List.of(8L, 7));
      scene.server.on(execute(SELECT), e -> e.reply(rows(NEW).row(bigint(9), int32(6))));
      scene.session.offer(select, answers, 2);
      assertThat(answers.take().rows()).containsExactly(List.of(9L, 6));
      List<Request> requests = scene.server.observed().requests(execute(SELECT));
      assertThat(idOf(requests.get(1))).containsExactly(1, 2, 3, 4);
    }
  }

  @Test
  void lateAnswerIsReadByTheColumnsItsRequestWasSentWith() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      BoundStatement select = prepare(scene).bind("k");
      HeldRequests held = new HeldRequests();
      scene.server.onFirst(2, execute(SELECT), held);
      ResponseFuture future = scene.session.executeAsync(select);
      Exchange first = held.take();
      Answers answers = new Answers();
      scene.session.offer(select, answers, 1);
      Exchange second = held.take();
      scene.server.on(
          execute(SELECT), e -> e.reply(rows(NEW).row(bigint(8), int32(7)).newMetadataId(NEW_ID)));
      assertThat(scene.session.execute(select).columnDefinitions().size()).isEqualTo(2);
      first.reply(rows(OLD).row(int32(5)));
      second.reply(rows(OLD).row(int32(6)));
      Row late = future.join().one();
      assertThat(late).isNotNull();
      assertThat(late.getInt("a")).isEqualTo(5);
      assertThat(answers.take().rows()).containsExactly(List.of(6));
    }
  }

  @Test
  void answerInVersion4IsReadByTheColumnsItBrings() {
    try (Scene scene = Scene.open(ProtocolVersion.V4)) {
      BoundStatement select = prepare(scene).bind("k");
      scene.server.once(execute(SELECT), e -> e.reply(rows(NEW).row(bigint(8), int32(7))));
      Row changed = scene.session.execute(select).one();
      assertThat(changed).isNotNull();
      assertThat(changed.getLong("b")).isEqualTo(8);
      Columns text = Columns.of("ks", "t").and("a", DataType.VARCHAR);
      scene.server.on(execute(SELECT), e -> e.reply(rows(text).row(text("now a text"))));
      Row again = scene.session.execute(select).one();
      assertThat(again).isNotNull();
      assertThat(again.getString("a")).isEqualTo("now a text");
    }
  }
}
