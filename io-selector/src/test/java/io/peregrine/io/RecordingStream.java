package io.peregrine.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.envelope.ResultKind;
import io.peregrine.codec.row.RowCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Notes the pages and the end of one request. Confined to the agent's thread. */
final class RecordingStream implements StreamHandler {
  final List<Integer> pages = new ArrayList<>();
  final List<RequestFailure.Kind> failures = new ArrayList<>();
  int sent;
  int errors;
  int unreadable;
  int streamId = -1;
  int requestLength;
  boolean ended;
  @Nullable Connection connection;
  IntConsumer onPage = page -> {};
  private final RowCursor rows = new RowCursor();

  @Override
  public void onSent(Connection connection, int streamId, @Nullable Object attachment) {
    assertThat(attachment).isEqualTo("attachment");
    this.connection = connection;
    this.streamId = streamId;
    sent++;
  }

  @Override
  public boolean isLast(Response response) {
    return read(response).isLastContinuousPage();
  }

  private RowCursor read(Response response) {
    BodyReader body = response.body();
    if (body.readInt("kind") != ResultKind.ROWS) {
      throw new IllegalStateException("no rows");
    }
    rows.wrap(response.version(), body.buffer(), body.position(), body.remaining(), null);
    return rows;
  }

  @Override
  public void onResponse(
      Response response, long correlationId, @Nullable Object attachment, @Nullable Object pinned) {
    assertThat(ended).as("the stream has ended").isFalse();
    assertThat(correlationId).isEqualTo(7);
    assertThat(attachment).isEqualTo("attachment");
    assertThat(pinned).isEqualTo("pinned");
    requestLength = response.requestLength();
    if (response.opcode() == Opcode.ERROR) {
      errors++;
      ended = true;
      return;
    }
    int page;
    try {
      page = read(response).continuousPageNumber();
    } catch (RuntimeException e) {
      unreadable++;
      return;
    }
    ended = rows.isLastContinuousPage();
    pages.add(page);
    onPage.accept(page);
  }

  @Override
  public void onFailure(
      RequestFailure failure,
      long correlationId,
      @Nullable Object attachment,
      @Nullable Object pinned) {
    assertThat(ended).as("the stream has ended").isFalse();
    assertThat(correlationId).isEqualTo(7);
    assertThat(attachment).isEqualTo("attachment");
    ended = true;
    failures.add(failure.kind());
  }
}
