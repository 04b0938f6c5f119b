package io.peregrine;

import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import io.peregrine.codec.envelope.ResponsePrefix;
import io.peregrine.conductor.RoutingTable;
import io.peregrine.io.Connection;
import io.peregrine.io.Response;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is told of the pages of one request in continuous paging, beside their rows. Confined to the
 * agent's thread, but for {@link #last}.
 */
final class StreamInfo {
  private final RequestRouter router;
  private final Statement<?> statement;
  private @Nullable Node node;
  private @Nullable UUID tracingId;
  private volatile ExecutionInfo last;

  StreamInfo(RequestRouter router, Statement<?> statement) {
    this.router = router;
    this.statement = statement;
    this.last = info(new AnswerFacts(null, 0, 0, 0), AnswerDetails.NONE);
  }

  /** The request has gone to a node. */
  void onSent(Connection connection) {
    RoutingTable<Route> routes = router.pool().routes();
    node = null;
    for (int i = 0; i < routes.size(); i++) {
      if (routes.way(i, 0).connection().remoteAddress().equals(connection.remoteAddress())) {
        node = routes.way(i, 0).node();
      }
    }
  }

  /**
   * The server has answered with a page, or with none.
   *
   * @param prefix what stands before the page
   * @param requestBytes the size of the request; 0 if it was not kept
   * @return what is told of it
   */
  ExecutionInfo onAnswer(Response response, ResponsePrefix prefix, int requestBytes) {
    AnswerDetails details = AnswerDetails.NONE;
    if (AnswerDetails.areIn(response.flags())) {
      details = AnswerDetails.of(prefix);
      Node node = this.node;
      if (node != null && !details.warnings().isEmpty()) {
        router.warningLog().log(node, details.warnings());
      }
    }
    if (details.tracingId() != null) {
      tracingId = details.tracingId();
    } else if (tracingId != null) {
      // The trace is of the request, whichever page has told its id.
      details = new AnswerDetails(tracingId, details.warnings(), details.payload());
    }
    int responseBytes = EnvelopeHeaderFlyweight.HEADER_LENGTH + response.bodyLength();
    long duration = response.receivedNanos() - response.offeredNanos();
    ExecutionInfo info =
        info(new AnswerFacts(node, requestBytes, responseBytes, duration), details);
    last = info;
    return info;
  }

  private ExecutionInfo info(AnswerFacts facts, AnswerDetails details) {
    return new ExecutionInfo(statement, router.traces(), facts, details, null, true);
  }

  /** What is told of the answer that has come last. For any thread. */
  ExecutionInfo last() {
    return last;
  }
}
