package io.peregrine.io;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.compress.Compression;
import io.peregrine.codec.envelope.AuthResponseEncoder;
import io.peregrine.codec.envelope.AuthTokenDecoder;
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
 * The first words on a connection: OPTIONS, STARTUP, and READY or the questions of an authenticator
 * (v5 specification, section 4.1). Confined to the agent's thread.
 */
final class Handshake implements ResponseHandler, RequestEncoder {
  private static final String CQL_VERSION = "CQL_VERSION";
  private static final String OLDEST_CQL_VERSION = "3.0.0";
  private static final byte[] NO_TOKEN = {};

  /** What was said last. */
  private enum Said {
    OPTIONS,
    STARTUP,
    AUTH_RESPONSE
  }

  private final Connection connection;
  private final Opening opening;
  private final Map<String, String> startupOptions;
  private final Compression wanted;
  private final Authentication authentication;
  private Said said = Said.OPTIONS;
  private byte[] token = NO_TOKEN;

  Handshake(Connection connection, Opening opening, ConnectRequest request) {
    this.connection = connection;
    this.opening = opening;
    this.startupOptions = new TreeMap<>(request.startupOptions());
    this.wanted = request.compression();
    this.authentication = new Authentication(connection, opening, this::respond);
  }

  void begin() {
    opening.send(this);
  }

  @Override
  public int encodedLength(ProtocolVersion version) {
    return switch (said) {
      case OPTIONS -> OptionsEncoder.encodedLength();
      case STARTUP -> StartupEncoder.encodedLength(startupOptions);
      case AUTH_RESPONSE -> AuthResponseEncoder.encodedLength(token);
    };
  }

  @Override
  public int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset) {
    return switch (said) {
      case OPTIONS -> OptionsEncoder.encode(version, buffer, offset);
      case STARTUP -> StartupEncoder.encode(version, startupOptions, buffer, offset);
      case AUTH_RESPONSE -> AuthResponseEncoder.encode(version, token, buffer, offset);
    };
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
      connection.ending().failSoon(connection.errors().notCql(e));
    }
  }

  private void take(Response response) {
    int opcode = response.opcode();
    if (opcode == Opcode.ERROR) {
      refused(response);
      return;
    }
    switch (said) {
      case OPTIONS -> {
        if (opcode == Opcode.SUPPORTED) {
          startUp(SupportedDecoder.decode(response.body()));
        } else {
          unexpected(response);
        }
      }
      case STARTUP -> {
        if (opcode == Opcode.READY) {
          opening.onStartupAnswered();
          opening.onDone();
        } else if (opcode == Opcode.AUTHENTICATE) {
          String authenticator = AuthenticateDecoder.decode(response.body());
          opening.onStartupAnswered();
          authentication.begin(authenticator);
        } else {
          unexpected(response);
        }
      }
      case AUTH_RESPONSE -> {
        if (opcode == Opcode.AUTH_CHALLENGE) {
          authentication.onChallenge(AuthTokenDecoder.decode(response.body()));
        } else if (opcode == Opcode.AUTH_SUCCESS) {
          authentication.onSuccess(AuthTokenDecoder.decode(response.body()));
        } else {
          unexpected(response);
        }
      }
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
    String cqlVersion =
        startupOptions.computeIfAbsent(
            CQL_VERSION, any -> cqlVersions.isEmpty() ? OLDEST_CQL_VERSION : cqlVersions.get(0));
    if (!cqlVersions.isEmpty() && !cqlVersions.contains(cqlVersion)) {
      connection.ending().failSoon(connection.errors().noCqlVersion(cqlVersion, cqlVersions));
      return;
    }
    List<String> offered = supported.getOrDefault(Compression.OPTION, List.of());
    Compression agreed = wanted.among(connection.version(), offered);
    if (agreed == Compression.NONE && wanted.isNamed()) {
      connection.ending().failSoon(connection.errors().noCompression(offered));
      return;
    }
    String algorithm = agreed.algorithm();
    if (algorithm != null) {
      startupOptions.put(Compression.OPTION, algorithm);
    }
    said = Said.STARTUP;
    opening.send(this);
    opening.agreeOn(agreed);
  }

  /** The token is not kept: whoever gives it overwrites it. */
  private void respond(byte[] response) {
    said = Said.AUTH_RESPONSE;
    token = response;
    try {
      opening.send(this);
    } finally {
      token = NO_TOKEN;
    }
  }

  private void refused(Response response) {
    BodyReader body = response.body();
    new ResponsePrefix().wrap(response.flags(), body);
    ErrorDecoder error = new ErrorDecoder().wrap(response.version(), body);
    ConnectionErrors errors = connection.errors();
    String words = ErrorCode.name(error.code()) + ": " + error.message();
    connection
        .ending()
        .failSoon(
            switch (said) {
              case OPTIONS ->
                  error.code() == ErrorCode.PROTOCOL_ERROR
                      ? errors.unsupportedVersion(response.version(), error.message())
                      : errors.refused(words);
              case STARTUP -> errors.refused(words);
              case AUTH_RESPONSE ->
                  error.code() == ErrorCode.OVERLOADED || error.code() == ErrorCode.IS_BOOTSTRAPPING
                      ? errors.refused(words)
                      : errors.notAuthenticated(words, null);
            });
  }

  private void unexpected(Response response) {
    connection
        .ending()
        .failSoon(
            new HandshakeException(
                HandshakeException.Reason.NOT_CQL,
                connection.remoteAddress()
                    + " answered "
                    + said
                    + " with "
                    + Opcode.name(response.opcode()),
                null));
  }
}
