package io.peregrine.fuzz.wire;

import com.datastax.oss.protocol.internal.request.query.QueryOptions;
import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.QueryParameters;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Generated parameters of a request, and what the other side must read. Immutable. */
record ParameterChoices(
    ConsistencyLevel consistency,
    @Nullable ConsistencyLevel serial,
    int pageSize,
    byte @Nullable [] pagingState,
    long timestamp,
    @Nullable String keyspace,
    int now,
    boolean skipMetadata,
    boolean tracing,
    boolean withNames,
    CellRegion values) {

  static ParameterChoices of(Choices choices, ProtocolVersion version, boolean withNames) {
    boolean names = withNames && choices.rarely(3);
    return new ParameterChoices(
        choices.of(ConsistencyLevel.values()),
        choices.of(null, ConsistencyLevel.SERIAL, ConsistencyLevel.LOCAL_SERIAL),
        choices.yes() ? choices.count32() : 0,
        choices.rarely(3) ? choices.blob(40) : null,
        choices.yes() ? timestamp(choices) : QueryParameters.NO_TIMESTAMP,
        RequestLaw.keyspace(choices, version),
        Features.hasNow(version) && choices.yes() ? now(choices) : QueryParameters.NO_NOW,
        choices.yes(),
        choices.yes(),
        names,
        CellRegion.of(choices, version, 6, names));
  }

  /** The least value means that there is none, here and there. */
  private static long timestamp(Choices choices) {
    return Math.max(choices.int64(), Long.MIN_VALUE + 1);
  }

  private static int now(Choices choices) {
    return Math.max(choices.int32(), Integer.MIN_VALUE + 1);
  }

  QueryParameters parameters() {
    return new QueryParameters()
        .consistency(consistency)
        .serialConsistency(serial)
        .pageSize(pageSize)
        .pagingState(pagingState)
        .timestamp(timestamp)
        .keyspace(RequestLaw.utf8OrNull(keyspace))
        .nowInSeconds(now)
        .skipMetadata(skipMetadata)
        .tracing(tracing)
        .namedValues(withNames)
        .values(values.buffer(), 0, values.length(), values.cells().size());
  }

  void check(QueryOptions read) {
    Law.equal("skip metadata", skipMetadata, read.skipMetadata);
    Law.equal("page size", pageSize > 0 ? pageSize : -1, read.pageSize);
    Law.equalBytes("paging state", pagingState, ResponseLaw.bytes(read.pagingState));
    Law.equal("values", withNames ? List.of() : values.cells(), read.positionalValues);
    Law.equal("named values", withNames ? values.named() : Map.of(), read.namedValues);
    checkTail(
        read.consistency,
        read.serialConsistency,
        read.defaultTimestamp,
        read.keyspace,
        read.nowInSeconds);
  }

  void checkTail(
      int readConsistency,
      int readSerial,
      long readTimestamp,
      @Nullable String readKeyspace,
      int readNow) {
    Law.equal("consistency", consistency.code(), readConsistency);
    Law.equal(
        "serial consistency",
        serial == null ? ConsistencyLevel.SERIAL.code() : serial.code(),
        readSerial);
    Law.equal("timestamp", timestamp, readTimestamp);
    Law.equal("keyspace", keyspace, readKeyspace);
    Law.equal("now in seconds", now, readNow);
  }
}
