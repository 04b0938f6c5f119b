package io.peregrine;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.QueryParameters;
import io.peregrine.io.RequestEncoder;
import org.agrona.MutableDirectBuffer;

/**
 * A statement that asks for continuous paging. Confined to the thread that executes the statement,
 * which is itself again afterwards.
 */
final class ContinuousRequest implements RequestEncoder, AutoCloseable {
  private final Statement<?> statement;
  private final QueryParameters parameters;
  private final ContinuousPagingOptions options;
  private final RequestDefaults defaults;

  /** Concludes the statement. */
  ContinuousRequest(
      Statement<?> statement, ContinuousPagingOptions options, RequestDefaults defaults) {
    statement.conclude(defaults);
    QueryParameters parameters = statement.parameters();
    if (parameters == null) {
      throw new InvalidStatementException(
          "A batch gives no pages, so that it cannot be executed continuously; use execute()");
    }
    if (statement.settings().pageSize(defaults) == 0) {
      throw new InvalidStatementException(
          "Continuous paging needs a page size, and "
              + statement
              + " asks for all rows at once; set one, or use execute()");
    }
    this.statement = statement;
    this.parameters = parameters;
    this.options = options;
    this.defaults = defaults;
  }

  long offer(RequestRouter router, PageStream stream, long timeoutNanos) {
    return router.offer(
        statement.itinerary(defaults), this, stream, null, statement.pin(), 0, timeoutNanos);
  }

  @Override
  public int encodedLength(ProtocolVersion version) {
    parameters
        .continuousPaging(
            options.maxPages(),
            options.maxPagesPerSecond(),
            version.hasNextPages() ? options.firstPages() : 0)
        .pageSizeInBytes(options.pageUnit() == ContinuousPagingOptions.PageUnit.BYTES);
    return statement.encoder().encodedLength(version);
  }

  @Override
  public int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset) {
    return statement.encoder().encode(version, buffer, offset);
  }

  @Override
  public boolean isRepeatable() {
    return true;
  }

  @Override
  public boolean isStreamed() {
    return true;
  }

  /** The statement asks for one page at a time again. */
  @Override
  public void close() {
    parameters.noContinuousPaging().pageSizeInBytes(false);
  }
}
