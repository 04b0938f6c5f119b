package io.peregrine.io;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.compress.Compression;
import io.peregrine.codec.envelope.AuthenticateDecoder;
import io.peregrine.codec.envelope.ErrorDecoder;
import io.peregrine.codec.envelope.OptionsEncoder;
import io.peregrine.codec.envelope.ResponsePrefix;
import io.peregrine.codec.envelope.StartupEncoder;
import io.peregrine.codec.envelope.SupportedDecoder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The first words on a connection: OPTIONS, STARTUP, READY (v5 specification, section 4.1.1).
 * Confined to the agent's thread.
 */
final class Handshake implements ResponseHandler, RequestEncoder {
  private static final String CQL_VERSION = "CQL_VERSION";
  private static final String OLDEST_CQL_VERSION = "3.0.0";

  private final Connection connection;
  private final Map<String, String> startupOptions;
  private final Compression wanted;
  private boolean startingUp;

  Handshake(Connection connection, ConnectRequest request) {
    this.connection = connection;
    this.startupOptions = new TreeMap<>(request.startupOptions());
    this.wanted = request.compression();
  }

  void begin() {
    connection.sendHandshake(this);
  }

  @Override
  public int encodedLength(ProtocolVersion version) {
    return startingUp
        ? StartupEncoder.encodedLength(startupOptions)
        : OptionsEncoder.encodedLength();
  }

  @Override
  public int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset) {
    return startingUp
        ? StartupEncoder.encode(version, startupOptions, buffer, offset)
        : OptionsEncoder.encode(version, buffer, offset);
  }

  @Override
  public boolean isRepeatable() {
    return false;
  }

  @Override
  public void onResponse(
      Response response, long correlationId, @Nullable Object attachment, @Nullable Object pinned) {
    try {
      take(response);
    } catch (DriverException e) {
      connection.failSoon(connection.errors().notCql(e));
    }
  }

  private void take(Response response) {
    switch (response.opcode()) {
      case Opcode.SUPPORTED -> {
        if (startingUp) {
          unexpected(response);
        } else {
          startUp(SupportedDecoder.decode(response.body()));
        }
      }
      case Opcode.READY -> {
        if (startingUp) {
          connection.onHandshakeDone();
        } else {
          unexpected(response);
        }
      }
      case Opcode.AUTHENTICATE ->
          connection.failSoon(
              new HandshakeException(
                  HandshakeException.Reason.AUTHENTICATION_REQUIRED,
                  connection.remoteAddress()
                      + " requires authentication ("
                      + AuthenticateDecoder.decode(response.body())
                      + "), which this version of the driver does not offer yet",
                  null));
      case Opcode.ERROR -> refused(response);
      default -> unexpected(response);
    }
  }

  @Override
  public void onFailure(
      RequestFailure failure,
      long correlationId,
      @Nullable Object attachment,
      @Nullable Object pinned) {
    // The connection itself reports why it was lost.
  }

  private void startUp(Map<String, List<String>> supported) {
    List<String> cqlVersions = supported.getOrDefault(CQL_VERSION, List.of());
    startupOptions.putIfAbsent(
        CQL_VERSION, cqlVersions.isEmpty() ? OLDEST_CQL_VERSION : cqlVersions.get(0));
    List<String> offered = supported.getOrDefault(Compression.OPTION, List.of());
    Compression agreed = wanted.among(connection.version(), offered);
    if (agreed == Compression.NONE && wanted.isNamed()) {
      connection.failSoon(connection.errors().noCompression(offered));
      return;
    }
    String algorithm = agreed.algorithm();
    if (algorithm != null) {
      startupOptions.put(Compression.OPTION, algorithm);
    }
    startingUp = true;
    connection.sendHandshake(this);
    connection.agreeOn(agreed);
  }

  private void refused(Response response) {
    BodyReader body = response.body();
    new ResponsePrefix().wrap(response.flags(), body);
    ErrorDecoder error = new ErrorDecoder().wrap(response.version(), body);
    boolean unsupported = error.code() == ErrorCode.PROTOCOL_ERROR && !startingUp;
    connection.failSoon(
        new HandshakeException(
            unsupported
                ? HandshakeException.Reason.UNSUPPORTED_VERSION
                : HandshakeException.Reason.REFUSED,
            unsupported
                ? connection.remoteAddress()
                    + " does not speak protocol "
                    + response.version()
                    + ": "
                    + error.message()
                : connection.remoteAddress()
                    + " refused the connection: "
                    + ErrorCode.name(error.code())
                    + ": "
                    + error.message(),
            null));
  }

  private void unexpected(Response response) {
    connection.failSoon(
        new HandshakeException(
            HandshakeException.Reason.NOT_CQL,
            connection.remoteAddress()
                + " answered "
                + (startingUp ? "STARTUP" : "OPTIONS")
                + " with "
                + Opcode.name(response.opcode()),
            null));
  }
}
