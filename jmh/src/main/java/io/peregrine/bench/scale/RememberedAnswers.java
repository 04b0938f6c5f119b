package io.peregrine.bench.scale;

import com.datastax.oss.protocol.internal.request.Query;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.Responder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Answers a query each time as it did the first time, with the same bytes, so that it takes the
 * server hardly any work. Thread-safe.
 */
final class RememberedAnswers implements Responder {
  private static final int STREAM_ID_OFFSET = 2;

  private final Map<Page, byte[]> envelopes = new ConcurrentHashMap<>();

  private record Page(int version, String query, int size, List<Byte> state) {}

  @Override
  public void respond(Exchange exchange) {
    Query query = (Query) exchange.request().message();
    Page page =
        new Page(
            exchange.request().version(),
            query.query,
            query.options.pageSize,
            bytes(query.options.pagingState));
    byte[] envelope =
        envelopes.computeIfAbsent(page, unused -> exchange.encodedByDefault()).clone();
    ByteBuffer.wrap(envelope).putShort(STREAM_ID_OFFSET, (short) exchange.streamId());
    exchange.replyEnvelope(envelope);
  }

  private static List<Byte> bytes(@Nullable ByteBuffer state) {
    Byte[] bytes = new Byte[state == null ? 0 : state.remaining()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = state.get(state.position() + i);
    }
    return List.of(bytes);
  }
}
