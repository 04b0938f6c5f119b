package io.peregrine.fuzz.wire;

import com.datastax.dse.protocol.internal.request.query.ContinuousPagingOptions;
import com.datastax.dse.protocol.internal.request.query.DseQueryOptions;
import com.datastax.oss.protocol.internal.request.query.QueryOptions;
import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.CustomPayload;
import io.peregrine.codec.envelope.QueryParameters;
import java.nio.ByteBuffer;
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
    CellRegion values,
    Map<String, ByteBuffer> payload,
    @Nullable ContinuousPagingOptions continuous,
    boolean inBytes) {
  /** What the other codec reads where the version has none. */
  private static final int NO_NEXT_PAGES = -1;

  static ParameterChoices of(Choices choices, ProtocolVersion version, boolean withNames) {
    boolean names = withNames && choices.rarely(3);
    boolean dse = withNames && Features.isDse(version);
    ContinuousPagingOptions continuous = dse && choices.yes() ? continuous(choices, version) : null;
    // Pages of so many bytes go with continuous paging only.
    boolean inBytes = continuous != null && choices.yes();
    return new ParameterChoices(
        choices.of(ConsistencyLevel.values()),
        choices.of(null, ConsistencyLevel.SERIAL, ConsistencyLevel.LOCAL_SERIAL),
        inBytes ? choices.count32() | 1 : choices.yes() ? choices.count32() : 0,
        choices.rarely(3) ? choices.blob(40) : null,
        choices.yes() ? timestamp(choices) : QueryParameters.NO_TIMESTAMP,
        RequestLaw.keyspace(choices, version),
        Features.hasNow(version) && choices.yes() ? now(choices) : QueryParameters.NO_NOW,
        choices.yes(),
        choices.yes(),
        names,
        CellRegion.of(choices, version, 6, names),
        Features.isV4OrLater(version) && choices.rarely(4)
            ? ResponseChoices.payload(choices)
            : Map.of(),
        continuous,
        inBytes);
  }

  private static ContinuousPagingOptions continuous(Choices choices, ProtocolVersion version) {
    return new ContinuousPagingOptions(
        choices.count32(),
        choices.count32(),
        version == ProtocolVersion.DSE_V2 ? choices.count32() : NO_NEXT_PAGES);
  }

  /** The least value means that there is none, here and there. */
  private static long timestamp(Choices choices) {
    return Math.max(choices.int64(), Long.MIN_VALUE + 1);
  }

  private static int now(Choices choices) {
    return Math.max(choices.int32(), Integer.MIN_VALUE + 1);
  }

  QueryParameters parameters() {
    QueryParameters parameters = new QueryParameters();
    if (continuous != null) {
      parameters.continuousPaging(
          continuous.maxPages, continuous.pagesPerSecond, Math.max(0, continuous.nextPages));
    }
    return parameters
        .customPayload(payload.isEmpty() ? null : CustomPayload.of(payload))
        .pageSizeInBytes(inBytes)
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
    checkContinuous(read);
    Law.equal("named values", withNames ? values.named() : Map.of(), read.namedValues);
    checkTail(
        read.consistency,
        read.serialConsistency,
        read.defaultTimestamp,
        read.keyspace,
        read.nowInSeconds);
  }

  private void checkContinuous(QueryOptions read) {
    if (!(read instanceof DseQueryOptions dse)) {
      Law.equal("continuous paging", null, continuous);
      return;
    }
    Law.equal("page size in bytes", inBytes, dse.isPageSizeInBytes);
    ContinuousPagingOptions options = dse.continuousPagingOptions;
    Law.equal("continuous paging", continuous == null, options == null);
    if (continuous != null && options != null) {
      Law.equal("max pages", continuous.maxPages, options.maxPages);
      Law.equal("pages per second", continuous.pagesPerSecond, options.pagesPerSecond);
      Law.equal("next pages", continuous.nextPages, options.nextPages);
    }
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
