package io.peregrine.conductor;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.QueryEncoder;
import io.peregrine.codec.envelope.QueryParameters;
import io.peregrine.io.Connection;
import io.peregrine.io.Offer;
import io.peregrine.io.RequestEncoder;
import io.peregrine.io.RequestFailure;
import io.peregrine.io.Response;
import io.peregrine.io.ResponseHandler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/** Sends queries and counts what becomes of each. Confined to the test's thread. */
final class Calls implements ResponseHandler {
  private final List<Integer> answered = new ArrayList<>();
  private final List<Integer> failed = new ArrayList<>();

  /** A query without parameters. */
  private record Query(byte[] text, QueryParameters parameters) implements RequestEncoder {
    @Override
    public int encodedLength(ProtocolVersion version) {
      return QueryEncoder.encodedLength(version, text, parameters);
    }

    @Override
    public int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset) {
      return QueryEncoder.encode(version, text, parameters, buffer, offset);
    }

    @Override
    public boolean isRepeatable() {
      return false;
    }
  }

  /** Sends a query; false if the connection does not take it. */
  boolean send(Connection connection, String text) {
    Query query = new Query(text.getBytes(StandardCharsets.UTF_8), new QueryParameters());
    long result = connection.offer(query, this, null, null, answered.size(), 0);
    if (result != Offer.ACCEPTED) {
      return false;
    }
    answered.add(0);
    failed.add(0);
    return true;
  }

  int accepted() {
    return answered.size();
  }

  int answered() {
    return answered.stream().mapToInt(Integer::intValue).sum();
  }

  int failed() {
    return failed.stream().mapToInt(Integer::intValue).sum();
  }

  /** Whether each request has come to one end. */
  boolean isEachOnce() {
    for (int i = 0; i < answered.size(); i++) {
      if (answered.get(i) + failed.get(i) != 1) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void onResponse(
      Response response, long correlationId, @Nullable Object attachment, @Nullable Object pinned) {
    answered.set((int) correlationId, answered.get((int) correlationId) + 1);
  }

  @Override
  public void onFailure(
      RequestFailure failure,
      long correlationId,
      @Nullable Object attachment,
      @Nullable Object pinned) {
    failed.set((int) correlationId, failed.get((int) correlationId) + 1);
  }
}
