package io.peregrine.conductor;

import io.peregrine.codec.DriverException;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.RegisterEncoder;
import io.peregrine.io.Connection;
import io.peregrine.io.RequestEncoder;
import io.peregrine.io.RequestFailure;
import io.peregrine.io.RequestProxy;
import io.peregrine.io.Response;
import io.peregrine.io.ResponseHandler;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A REGISTER: from then on the server tells what happens to nodes and to the schema. Asked on the
 * conductor's thread; its answer is read on the agent's thread, and the future completes on the
 * conductor's.
 */
final class Registration implements RequestEncoder, ResponseHandler {
  private static final List<String> EVENTS =
      List.of("TOPOLOGY_CHANGE", "STATUS_CHANGE", "SCHEMA_CHANGE");

  private final ClusterConductor conductor;
  private final CompletableFuture<Void> registered = new CompletableFuture<>();

  private Registration(ClusterConductor conductor) {
    this.conductor = conductor;
  }

  static CompletableFuture<Void> ask(
      ClusterConductor conductor, Connection connection, long timeoutNanos) {
    Registration registration = new Registration(conductor);
    long result = connection.offer(registration, registration, null, null, 0, timeoutNanos);
    if (result != RequestProxy.ACCEPTED) {
      registration.fail(new DriverException(connection + " does not take a REGISTER"));
    }
    return registration.registered;
  }

  @Override
  public int encodedLength(ProtocolVersion version) {
    return RegisterEncoder.encodedLength(EVENTS);
  }

  @Override
  public int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset) {
    return RegisterEncoder.encode(version, EVENTS, buffer, offset);
  }

  @Override
  public boolean isRepeatable() {
    return false;
  }

  @Override
  public void onResponse(
      Response response, long correlationId, @Nullable Object attachment, @Nullable Object pinned) {
    if (response.opcode() == Opcode.READY) {
      conductor.run(() -> registered.complete(null));
    } else {
      fail(
          new DriverException(
              response.connection().remoteAddress()
                  + " answered REGISTER with "
                  + Opcode.name(response.opcode())));
    }
  }

  @Override
  public void onFailure(
      RequestFailure failure,
      long correlationId,
      @Nullable Object attachment,
      @Nullable Object pinned) {
    fail(new DriverException(failure.describe(), failure.cause()));
  }

  private void fail(DriverException error) {
    conductor.run(() -> registered.completeExceptionally(error));
  }
}
