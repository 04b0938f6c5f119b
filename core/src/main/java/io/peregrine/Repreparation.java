package io.peregrine;

import io.peregrine.codec.DriverException;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.io.Connection;
import io.peregrine.io.Offer;
import io.peregrine.io.RequestEncoder;
import io.peregrine.io.RequestFailure;
import io.peregrine.io.Response;
import io.peregrine.io.ResponseHandler;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A node answered UNPREPARED: it is told the statement again, then gets the same bytes again, on
 * the same connection (v5 specification, section 8, error 0x2500). Confined to the thread of the
 * connection's agent, but for what says otherwise.
 *
 * <p>The request prepares each of its statements again once at most; its deadline stays. If another
 * request of the session has the node prepare the statement already, this one waits for that: it
 * follows, and what becomes of the leader's PREPARE is brought to it. If that was done while this
 * request was on its way, it only has to be sent again.
 */
final class Repreparation implements RequestEncoder, ResponseHandler {
  /** How much longer than a follower the leader may wait, as a part of what the follower has. */
  private static final int PATIENCE = 8;

  private final Road road;
  private final Connection connection;
  private final byte[] request;
  private final long deadlineNanos;
  private final long correlationId;
  private final @Nullable Object attachment;
  private final Pinned pinned;
  private final List<PreparedStatement> prepared = new ArrayList<>(1);
  private List<Repreparation> followers = List.of();
  private @Nullable PrepareAgain prepare;
  private boolean hasFollowed;
  private boolean preparing;

  Repreparation(
      Road road,
      Response response,
      long deadlineNanos,
      long correlationId,
      @Nullable Object attachment,
      Pinned pinned) {
    this.road = road;
    this.connection = response.connection();
    this.request = new byte[response.requestLength()];
    response.requestBuffer().getBytes(response.requestOffset(), request);
    this.deadlineNanos = deadlineNanos;
    this.correlationId = correlationId;
    this.attachment = attachment;
    this.pinned = pinned;
  }

  boolean hasPrepared(PreparedStatement statement) {
    return prepared.contains(statement);
  }

  /**
   * Has the node told a statement that it does not know.
   *
   * @param sentNanos when the request was sent that met this
   */
  void begin(PreparedStatement statement, long sentNanos) {
    if (statement.wasPreparedAgainSince(node(), sentNanos)) {
      send();
      return;
    }
    try {
      prepare = new PrepareAgain(statement, connection, road.router().pool().keyspace());
    } catch (InvalidStatementException e) {
      fail(e);
      return;
    }
    followOrLead();
  }

  private void followOrLead() {
    boolean follows = road.router().repreparations().follows(this);
    if (!follows || hasFollowed) {
      prepared.add(statement());
    }
    if (follows) {
      // The node may have forgotten it once more since the leader's PREPARE, which was sent before
      // this request met that: then this one may have it prepared by itself.
      hasFollowed = true;
    } else {
      preparing = true;
      send();
    }
  }

  /** Where it is prepared. For any thread. */
  InetSocketAddress node() {
    return connection.remoteAddress();
  }

  /** What is being prepared. For any thread, while it leads or follows. */
  PreparedStatement statement() {
    return prepare().statement();
  }

  private PrepareAgain prepare() {
    return Objects.requireNonNull(prepare, "nothing is being prepared");
  }

  /** Whether this request has the time to wait for another one's PREPARE. */
  boolean canWaitFor(Repreparation leader) {
    if (deadlineNanos == Offer.NO_DEADLINE) {
      return true;
    }
    return leader.deadlineNanos != Offer.NO_DEADLINE
        && leader.deadlineNanos - deadlineNanos <= timeLeft() / PATIENCE;
  }

  /** One more that waits. For the threads of all agents, one at a time, until the end. */
  void add(Repreparation follower) {
    if (followers.isEmpty()) {
      followers = new ArrayList<>();
    }
    followers.add(follower);
  }

  @Override
  public int encodedLength(ProtocolVersion version) {
    return preparing ? prepare().encodedLength(version) : request.length;
  }

  @Override
  public int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset) {
    if (preparing) {
      return prepare().encode(version, buffer, offset);
    }
    buffer.putBytes(offset, request);
    return request.length;
  }

  @Override
  public boolean isRepeatable() {
    return !preparing;
  }

  @Override
  public void onResponse(
      Response response, long ignored, @Nullable Object nothing, @Nullable Object none) {
    if (!preparing) {
      road.onResponse(response, correlationId, attachment, pinned, this);
      return;
    }
    // Read first, then tell: what a handler throws must not bring it a second call.
    tell(prepare().read(response));
  }

  /** The leader's PREPARE has been answered: for itself, and for those who follow. */
  private void tell(PrepareAgain.Outcome outcome) {
    preparing = false;
    if (outcome.isPrepared()) {
      statement().onPreparedAgain(node(), road.router().nanoTime());
    }
    byte[] error = outcome.error();
    DriverException fault = outcome.fault();
    endLead(follower -> follower.onAnswer(error, fault == null ? null : copy(fault)));
    onAnswer(error, fault);
  }

  private static DriverException copy(DriverException fault) {
    return new UnexpectedAnswerException(String.valueOf(fault.getMessage()), fault);
  }

  private void onAnswer(byte @Nullable [] error, @Nullable DriverException fault) {
    if (fault != null) {
      fail(fault);
    } else if (error != null) {
      road.onServerError(prepare().decode(error), null, request(), correlationId, attachment);
    } else {
      send();
    }
  }

  @Override
  public void onFailure(
      RequestFailure failure, long ignored, @Nullable Object nothing, @Nullable Object none) {
    boolean repairing = preparing;
    giveUpLead();
    boolean over =
        failure.kind() == RequestFailure.Kind.TIMED_OUT
            || failure.kind() == RequestFailure.Kind.CLOSED;
    if (repairing && !over) {
      road.onNotSent(
          FailureAdapter.toException(failure, road.router().isClosed()),
          request(),
          correlationId,
          attachment);
    } else {
      road.onFailure(failure, correlationId, attachment, pinned);
    }
  }

  @Override
  public long onDeadline(
      RequestFailure late, long ignored, @Nullable Object nothing, @Nullable Object none) {
    return road.onLate(request(), late.deadlineNanos(), attachment);
  }

  private SentRequest request() {
    return road.request().wrap(request, deadlineNanos, pinned);
  }

  /** A PREPARE without an answer says nothing of the statement: the others try it themselves. */
  private void giveUpLead() {
    if (preparing) {
      preparing = false;
      endLead(Repreparation::followOrLead);
    }
  }

  /** Each follower on its own agent's thread, and by itself: a handler that throws stops nobody. */
  private void endLead(Consumer<Repreparation> outcome) {
    road.router().repreparations().end(this);
    List<Repreparation> waiting = followers;
    followers = List.of();
    for (Repreparation follower : waiting) {
      follower.connection.agent().connections().run(() -> outcome.accept(follower));
    }
  }

  /**
   * Sends what is next. The request was accepted once, so it is not failed because others have
   * taken its place meanwhile: it waits for room, as long as its time lasts.
   */
  private void send() {
    DriverException refusal = null;
    try {
      long result =
          connection.offer(this, this, null, null, 0, road.attemptTimeout(timeLeft(), attachment));
      boolean full = result == Offer.BUSY || result == Offer.BACK_PRESSURED;
      if (full && road.router().nanoTime() < deadlineNanos) {
        connection.agent().connections().run(this::send);
      } else if (result != Offer.ACCEPTED) {
        refusal = refusal(result);
      }
    } catch (RuntimeException e) {
      refusal = Road.fault(e);
    }
    if (refusal != null) {
      giveUpLead();
      road.onNotSent(refusal, request(), correlationId, attachment);
    }
  }

  private DriverException refusal(long result) {
    boolean open = !road.router().isClosed();
    return result == Offer.NOT_CONNECTED && open
        ? new RequestAbortedException(
            connection + " ended before an unknown statement was prepared again on it", null)
        : road.router().refusal(result == Offer.NOT_CONNECTED ? Offer.CLOSED : result);
  }

  private long timeLeft() {
    return road.router().timeLeft(deadlineNanos);
  }

  private void fail(DriverException error) {
    road.onFault(error, correlationId, attachment);
  }
}
