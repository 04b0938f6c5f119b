package io.peregrine;

import io.peregrine.codec.row.RowCursor;

/**
 * What becomes of a request that was offered. Exactly one of the two methods is called, exactly
 * once, on a thread of the driver, which it must not block: every other answer waits meanwhile.
 *
 * <p>One handler may serve any number of requests; the correlation id tells them apart.
 */
public interface RequestHandler {
  /**
   * The answer is here.
   *
   * @param correlationId the number given with the request
   * @param rows the rows, before the first of them; none if the request gives no rows. Valid during
   *     this call only
   */
  void onRows(long correlationId, RowCursor rows);

  /**
   * The request failed.
   *
   * @param correlationId the number given with the request
   * @param error why; valid during this call only
   */
  void onError(long correlationId, ErrorView error);
}
