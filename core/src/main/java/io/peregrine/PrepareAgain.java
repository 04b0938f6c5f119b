package io.peregrine;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.ErrorDecoder;
import io.peregrine.codec.envelope.PrepareEncoder;
import io.peregrine.codec.envelope.QueryParameters;
import io.peregrine.codec.envelope.ResponsePrefix;
import io.peregrine.codec.envelope.ResultKind;
import io.peregrine.codec.row.Prepared;
import io.peregrine.codec.row.PreparedDecoder;
import io.peregrine.io.Connection;
import io.peregrine.io.RequestEncoder;
import io.peregrine.io.Response;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The PREPARE by which a node is told a statement again that it has forgotten, in the statement's
 * own keyspace. Confined to the thread of the connection's agent.
 */
final class PrepareAgain implements RequestEncoder {
  private final PreparedStatement statement;
  private final Connection connection;
  private final byte[] query;
  private final QueryParameters parameters = new QueryParameters();

  /**
   * @param used the keyspace that the connection uses; null if none
   * @throws InvalidStatementException if the statement was prepared in another one, and the
   *     protocol version cannot say so
   */
  PrepareAgain(PreparedStatement statement, Connection connection, @Nullable String used) {
    this.statement = statement;
    this.connection = connection;
    this.query = statement.query().getBytes(StandardCharsets.UTF_8);
    parameters.customPayload(statement.payload());
    String keyspace = statement.keyspace();
    if (keyspace != null && connection.version().hasPrepareFlags()) {
      parameters.keyspace(keyspace.getBytes(StandardCharsets.UTF_8));
    } else if (keyspace != null && !keyspace.equals(used)) {
      throw otherKeyspace(keyspace, used);
    }
  }

  /**
   * What came of it. The statement is prepared if there is neither.
   *
   * @param error the error that the node has answered with, as {@link #decode} takes it
   * @param fault what else is wrong
   */
  record Outcome(byte @Nullable [] error, @Nullable DriverException fault) {
    boolean isPrepared() {
      return error == null && fault == null;
    }
  }

  private InvalidStatementException otherKeyspace(String keyspace, @Nullable String used) {
    return new InvalidStatementException(
        connection.remoteAddress()
            + " has forgotten \""
            + statement.query()
            + "\", which was prepared in the keyspace '"
            + keyspace
            + "'; it cannot be prepared again while the session uses "
            + (used == null ? "none" : "'" + used + "'")
            + ": prepare it anew, or keep a session for each keyspace");
  }

  PreparedStatement statement() {
    return statement;
  }

  @Override
  public int encodedLength(ProtocolVersion version) {
    return PrepareEncoder.encodedLength(version, query, parameters);
  }

  @Override
  public int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset) {
    return PrepareEncoder.encode(version, query, parameters, buffer, offset);
  }

  @Override
  public boolean isRepeatable() {
    return false;
  }

  /** Reads the answer, and has the statement know what it says. Throws nothing. */
  Outcome read(Response response) {
    try {
      BodyReader body = response.body();
      new ResponsePrefix().wrap(response.flags(), body);
      if (response.opcode() == Opcode.RESULT
          && body.readInt("result kind") == ResultKind.PREPARED) {
        return new Outcome(null, compare(PreparedDecoder.decode(response.version(), body)));
      }
      if (response.opcode() == Opcode.ERROR) {
        byte[] error = new byte[body.remaining()];
        body.buffer().getBytes(body.position(), error);
        decode(error);
        return new Outcome(error, null);
      }
      return new Outcome(
          null,
          new UnexpectedAnswerException(
              connection.remoteAddress()
                  + " answered PREPARE with "
                  + Opcode.name(response.opcode()),
              null));
    } catch (RuntimeException e) {
      return new Outcome(null, Road.fault(e));
    }
  }

  /** The error of an outcome. */
  ErrorDecoder decode(byte[] error) {
    BodyReader body = new BodyReader().wrap(new UnsafeBuffer(error), 0, error.length);
    return new ErrorDecoder().wrap(connection.version(), body);
  }

  /** What is wrong with a statement as it is described now; null if it is what it was. */
  private @Nullable DriverException compare(Prepared described) {
    if (!Arrays.equals(described.id(), statement.id())) {
      return otherId();
    }
    if (!VariableTypes.stillFit(statement.variables(), described.variables())) {
      // Values that were encoded for the old types must not be read as those of the new ones.
      statement.doubt();
      return otherVariables(described);
    }
    statement.onDescribed(described);
    return null;
  }

  private DriverException otherId() {
    return new UnexpectedAnswerException(
        connection.remoteAddress()
            + " gave \""
            + statement.query()
            + "\" another id than it had; prepare it anew",
        null);
  }

  private DriverException otherVariables(Prepared described) {
    return new InvalidStatementException(
        "The variables of \""
            + statement.query()
            + "\" are not what they were: "
            + described.variables()
            + " on "
            + connection.remoteAddress()
            + ", "
            + statement.variables()
            + " when it was prepared; prepare it anew");
  }
}
