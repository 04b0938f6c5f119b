package io.peregrine.conductor;

import io.peregrine.codec.DriverException;
import io.peregrine.io.ConnectionLostException;
import io.peregrine.io.FlightLog;
import io.peregrine.io.FlightRecords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs once for each connection that an error ends what it carried last: the newest envelopes at
 * INFO, all that are recorded at DEBUG. Any thread may use it.
 */
public final class FlightLogger implements FlightLog {
  private static final Logger LOG = LoggerFactory.getLogger("io.peregrine.flight");
  private static final int NEWEST = 16;

  /** A logger. */
  public FlightLogger() {}

  @Override
  public void onConnectionError(FlightRecords records, DriverException cause) {
    if (records.size() == 0) {
      return;
    }
    if (LOG.isDebugEnabled()) {
      LOG.debug("{}\n{}", cause.getMessage(), records);
    } else if (cause instanceof ConnectionLostException && LOG.isInfoEnabled()) {
      // Handshakes fail as a matter of course while the protocol version is being found out.
      LOG.info("{}\n{}", cause.getMessage(), records.table(NEWEST));
    }
  }
}
