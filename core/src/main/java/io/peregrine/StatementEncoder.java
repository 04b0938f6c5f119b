package io.peregrine;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.QueryParameters;
import io.peregrine.io.RequestEncoder;
import io.peregrine.policy.TimestampGenerator;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the requests of one statement, with what is set on it and what applies where nothing is.
 * Confined to the statement's thread. It also keeps the driver's inner interface out of the public
 * one.
 */
final class StatementEncoder implements RequestEncoder {
  /** Stands for a timestamp until the request is written. */
  private static final long TIMESTAMP_TO_COME = 0;

  private final Statement<?> statement;
  private @Nullable TimestampGenerator timestamps;

  StatementEncoder(Statement<?> statement) {
    this.statement = statement;
  }

  /** Begins the next request: fills in all parameters that every kind of statement has. */
  void begin(QueryParameters parameters, RequestDefaults defaults) {
    RequestSettings settings = statement.settings();
    PagingState state = settings.checkedState();
    if (state != null) {
      state.check(statement.digest(), statement);
    }
    ConsistencyLevel serial = settings.serialConsistency;
    long timestamp = settings.timestamp;
    Boolean tracing = settings.tracing;
    boolean draws = timestamp == QueryParameters.NO_TIMESTAMP && statement.mayWrite();
    TimestampGenerator timestamps = draws ? defaults.timestamps() : null;
    this.timestamps = timestamps;
    parameters
        .consistency(settings.consistency(defaults))
        .serialConsistency(serial == null ? defaults.serialConsistency() : serial)
        .pageSize(settings.pageSize(defaults))
        .pagingState(settings.pagingState())
        .timestamp(timestamps == null ? timestamp : TIMESTAMP_TO_COME)
        .nowInSeconds(settings.nowInSeconds())
        .customPayload(settings.encodedPayload())
        .tracing(tracing != null && tracing);
  }

  @Override
  public int encodedLength(ProtocolVersion version) {
    return statement.encodedLength(version);
  }

  @Override
  public int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset) {
    // Now that there is room for the request: one that is refused must not use up a timestamp,
    // or who offers it until it is taken would get ahead of the clock.
    TimestampGenerator timestamps = this.timestamps;
    if (timestamps != null) {
      statement.timestamp(timestamps.next());
    }
    return statement.encode(version, buffer, offset);
  }

  @Override
  public boolean isRepeatable() {
    return true;
  }
}
