package io.peregrine;

import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.ErrorDecoder;
import io.peregrine.codec.envelope.ResponsePrefix;
import io.peregrine.conductor.RoutingTable;
import io.peregrine.io.Offer;
import io.peregrine.io.RequestEncoder;
import io.peregrine.io.RequestFailure;
import io.peregrine.io.Response;
import io.peregrine.io.ResponseHandler;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A statement that one node has prepared is prepared on the others as well, on all at the same
 * time. Begun on the thread of one agent, answered on those of all. A node that does not prepare it
 * is told again when it is first asked for it.
 */
final class PreparationElsewhere implements RequestEncoder, ResponseHandler {
  private static final Logger LOG = LoggerFactory.getLogger(PreparationElsewhere.class);

  private final RequestEncoder prepare;
  private final String query;
  private final Runnable onDone;
  private final AtomicInteger left = new AtomicInteger(1);
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicReference<@Nullable String> failure = new AtomicReference<>();

  PreparationElsewhere(RequestEncoder prepare, String query, Runnable onDone) {
    this.prepare = prepare;
    this.query = query;
    this.onDone = onDone;
  }

  /** Asks all nodes but one. */
  void begin(RoutingTable<Route> routes, InetSocketAddress asked, long timeoutNanos) {
    for (int node = 0; node < routes.size(); node++) {
      Route route = routes.way(node, 0);
      if (!route.connection().remoteAddress().equals(asked)) {
        left.incrementAndGet();
        offer(route, timeoutNanos);
      }
    }
    countDown();
  }

  private void offer(Route route, long timeoutNanos) {
    long result = route.connection().offer(this, this, null, null, 0, timeoutNanos);
    if (result != Offer.ACCEPTED) {
      fail(route.connection() + " does not take it now");
    }
  }

  @Override
  public int encodedLength(ProtocolVersion version) {
    return prepare.encodedLength(version);
  }

  @Override
  public int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset) {
    return prepare.encode(version, buffer, offset);
  }

  @Override
  public boolean isRepeatable() {
    return false;
  }

  @Override
  public void onResponse(
      Response response, long correlationId, @Nullable Object attachment, @Nullable Object pinned) {
    if (response.opcode() == Opcode.RESULT) {
      countDown();
      return;
    }
    String text = Opcode.name(response.opcode());
    try {
      if (response.opcode() == Opcode.ERROR) {
        var body = response.body();
        new ResponsePrefix().wrap(response.flags(), body);
        text = new ErrorDecoder().wrap(response.version(), body).message();
      }
    } catch (RuntimeException e) {
      text = e.getMessage();
    }
    fail(response.connection().remoteAddress() + " answered " + text);
  }

  @Override
  public void onFailure(
      RequestFailure failure,
      long correlationId,
      @Nullable Object attachment,
      @Nullable Object pinned) {
    fail(failure.describe());
  }

  private void fail(String why) {
    failed.incrementAndGet();
    failure.compareAndSet(null, why);
    countDown();
  }

  private void countDown() {
    if (left.decrementAndGet() > 0) {
      return;
    }
    if (failed.get() > 0) {
      LOG.warn(
          "{} nodes did not prepare \"{}\", and will when they are first asked for it: {}",
          failed.get(),
          query,
          failure.get());
    }
    onDone.run();
  }
}
