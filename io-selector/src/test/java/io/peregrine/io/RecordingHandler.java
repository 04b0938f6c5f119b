package io.peregrine.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Notes the outcome of each request by its correlation id, and fails on a second one. Confined to
 * the agent's thread.
 */
final class RecordingHandler implements ResponseHandler {
  final Map<Long, Integer> opcodes = new TreeMap<>();
  final Map<Long, RequestFailure.Kind> failures = new TreeMap<>();
  final Map<Long, byte[]> bodies = new TreeMap<>();
  final Map<Long, byte[]> requests = new TreeMap<>();
  String lastFailure = "";
  boolean lastWasSent;
  @Nullable Throwable lastCause;
  @Nullable Object lastAttachment;
  @Nullable Object lastPinned;
  Runnable afterwards = () -> {};

  int outcomes() {
    return opcodes.size() + failures.size();
  }

  @Override
  public void onResponse(
      Response response, long correlationId, @Nullable Object attachment, @Nullable Object pinned) {
    assertFirst(correlationId);
    opcodes.put(correlationId, response.opcode());
    byte[] body = new byte[response.body().remaining()];
    response.body().buffer().getBytes(response.body().position(), body);
    bodies.put(correlationId, body);
    byte[] request = new byte[response.requestLength()];
    response.requestBuffer().getBytes(response.requestOffset(), request);
    requests.put(correlationId, request);
    lastAttachment = attachment;
    lastPinned = pinned;
    afterwards.run();
  }

  @Override
  public void onFailure(
      RequestFailure failure,
      long correlationId,
      @Nullable Object attachment,
      @Nullable Object pinned) {
    assertFirst(correlationId);
    failures.put(correlationId, failure.kind());
    lastFailure = failure.describe();
    lastWasSent = failure.wasSent();
    lastCause = failure.cause();
    lastAttachment = attachment;
    lastPinned = pinned;
    afterwards.run();
  }

  private void assertFirst(long correlationId) {
    assertThat(opcodes).doesNotContainKey(correlationId);
    assertThat(failures).doesNotContainKey(correlationId);
  }
}
