package io.peregrine;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.CustomPayload;
import io.peregrine.codec.envelope.ErrorDecoder;
import io.peregrine.codec.envelope.PrepareEncoder;
import io.peregrine.codec.envelope.QueryParameters;
import io.peregrine.codec.envelope.ResponsePrefix;
import io.peregrine.codec.envelope.ResultKind;
import io.peregrine.codec.row.Prepared;
import io.peregrine.codec.row.PreparedDecoder;
import io.peregrine.conductor.PreparedRegistry.Text;
import io.peregrine.conductor.RoutingTable;
import io.peregrine.io.Connection;
import io.peregrine.io.Offer;
import io.peregrine.io.RequestEncoder;
import io.peregrine.io.RequestFailure;
import io.peregrine.io.Response;
import io.peregrine.io.ResponseHandler;
import io.peregrine.policy.QueryPlan;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/** One PREPARE. Asked on the application's thread, answered on the agent's. */
final class Preparation implements RequestEncoder, ResponseHandler {
  private final RequestRouter router;
  private final Preparer preparer;
  private final Text text;
  private final @Nullable CustomPayload payload;
  private final byte[] queryUtf8;
  private final byte @Nullable [] keyspaceUtf8;
  private final boolean settled;
  private final int changes;
  private final QueryParameters parameters = new QueryParameters();
  private final CompletableFuture<PreparedStatement> statement = new CompletableFuture<>();

  /** What came of the nodes that could not prepare it; each has its turn after the one before. */
  private final Map<InetSocketAddress, Throwable> errors = new ConcurrentHashMap<>(2);

  /**
   * @param payload what goes along; null for nothing
   */
  Preparation(
      RequestRouter router, Preparer preparer, String query, @Nullable CustomPayload payload) {
    this.router = router;
    this.preparer = preparer;
    this.settled = router.pool().isKeyspaceSettled();
    String keyspace = router.pool().keyspace();
    this.text = new Text(Objects.requireNonNull(query, "query"), keyspace);
    this.keyspaceUtf8 = keyspace == null ? null : keyspace.getBytes(StandardCharsets.UTF_8);
    this.payload = payload;
    this.queryUtf8 = query.getBytes(StandardCharsets.UTF_8);
    this.changes = preparer.evictor().changes();
    parameters.customPayload(payload);
  }

  /** The statement, if no server has to be asked for it. */
  @Nullable PreparedStatement known() {
    return payload == null && !router.isClosed() ? preparer.known(text) : null;
  }

  CompletableFuture<PreparedStatement> statement() {
    return statement;
  }

  @Override
  public int encodedLength(ProtocolVersion version) {
    return PrepareEncoder.encodedLength(version, queryUtf8, in(version));
  }

  @Override
  public int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset) {
    return PrepareEncoder.encode(version, queryUtf8, in(version), buffer, offset);
  }

  /** With the keyspace, where it can be told: a connection may not have followed to it yet. */
  private QueryParameters in(ProtocolVersion version) {
    return parameters.keyspace(version.hasPrepareFlags() ? keyspaceUtf8 : null);
  }

  @Override
  public boolean isRepeatable() {
    return false;
  }

  @Override
  public void onResponse(
      Response response, long correlationId, @Nullable Object attachment, @Nullable Object pinned) {
    try {
      BodyReader body = response.body();
      ResponsePrefix prefix = new ResponsePrefix().wrap(response.flags(), body);
      if (response.opcode() == Opcode.ERROR) {
        ErrorDecoder decoder = new ErrorDecoder().wrap(response.version(), body);
        ServerException error = ErrorAdapter.toException(decoder);
        if (isOfTheNode(decoder.code())) {
          prepareElsewhere(response.connection(), error, response.deadlineNanos());
        } else {
          statement.completeExceptionally(error);
        }
      } else if (response.opcode() == Opcode.RESULT
          && body.readInt("result kind") == ResultKind.PREPARED) {
        Map<String, @Nullable ByteBuffer> said = prefix.customPayload();
        onPrepared(
            response,
            statement(response.version(), PreparedDecoder.decode(response.version(), body), said));
      } else {
        statement.completeExceptionally(
            new UnexpectedAnswerException(
                response.connection().remoteAddress()
                    + " answered PREPARE with "
                    + Opcode.name(response.opcode()),
                null));
      }
    } catch (Throwable e) {
      statement.completeExceptionally(Road.fault(e));
    }
  }

  private PreparedStatement statement(
      ProtocolVersion version, Prepared told, Map<String, @Nullable ByteBuffer> said) {
    Prepared prepared = preparer.complete(told, version);
    PreparedStatement fresh =
        new PreparedStatement(text, prepared, version, preparer.codecs(), payload, said);
    // With another payload the same text may mean something else.
    return payload == null && isOfItsKeyspace(version)
        ? preparer.keep(text, fresh, prepared, changes)
        : fresh;
  }

  /** Whether the server has certainly understood it as of the keyspace that it is known by. */
  private boolean isOfItsKeyspace(ProtocolVersion version) {
    return keyspaceUtf8 != null && version.hasPrepareFlags()
        || settled
            && router.pool().isKeyspaceSettled()
            && Objects.equals(text.keyspace(), router.pool().keyspace());
  }

  private void onPrepared(Response response, PreparedStatement prepared) {
    if (!preparer.isOnAllHosts()) {
      statement.complete(prepared);
      return;
    }
    new PreparationElsewhere(this, text.query(), () -> statement.complete(prepared))
        .begin(
            router.pool().routes(),
            response.connection().remoteAddress(),
            router.timeLeft(response.deadlineNanos()));
  }

  @Override
  public void onFailure(
      RequestFailure failure,
      long correlationId,
      @Nullable Object attachment,
      @Nullable Object pinned) {
    DriverException error = FailureAdapter.toException(failure, router.isClosed());
    switch (failure.kind()) {
      case TIMED_OUT, CLOSED -> statement.completeExceptionally(error);
      case CONNECTION_LOST, NOT_CONNECTED, BUSY -> {
        if (error instanceof SessionClosedException) {
          statement.completeExceptionally(error);
        } else {
          prepareElsewhere(failure.connection(), error, failure.deadlineNanos());
        }
      }
    }
  }

  /** Whether another node may well answer otherwise. */
  private static boolean isOfTheNode(int code) {
    return code == ErrorCode.OVERLOADED
        || code == ErrorCode.IS_BOOTSTRAPPING
        || code == ErrorCode.SERVER_ERROR;
  }

  /** It does no harm to prepare twice, so whatever a node fails by, the next one is asked. */
  private void prepareElsewhere(Connection failed, DriverException error, long deadlineNanos) {
    errors.put(failed.remoteAddress(), error);
    RoutingTable<Route> routes = router.pool().routes();
    QueryPlan plan = router.nodes().plan(Itinerary.anywhere(router.defaults()));
    for (Node node = router.nodes().next(plan);
        node != null && router.nanoTime() < deadlineNanos;
        node = router.nodes().next(plan)) {
      int index = routes.indexOf(node);
      if (index == RoutingTable.NONE) {
        continue;
      }
      Connection connection = routes.way(index, 0).connection();
      if (!errors.containsKey(connection.remoteAddress())
          && connection.offer(this, this, null, null, 0, router.timeLeft(deadlineNanos))
              == Offer.ACCEPTED) {
        return;
      }
    }
    statement.completeExceptionally(
        errors.size() == 1
            ? error
            : new NoHostAvailableException("No node has prepared the statement", errors));
  }
}
