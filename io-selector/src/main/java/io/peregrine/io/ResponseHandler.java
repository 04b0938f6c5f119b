package io.peregrine.io;

import org.jspecify.annotations.Nullable;

/**
 * What becomes of a request. Exactly one of the two methods is called, exactly once, on the agent's
 * thread.
 *
 * <p>The attachments are what was given when the request was offered. An exception that a handler
 * throws goes to the agent's error handler and touches no other request.
 */
public interface ResponseHandler {
  /**
   * The answer is here.
   *
   * @param response the answer; valid during this call only
   * @param correlationId the number given with the request
   * @param attachment the first object given with the request
   * @param pinned the second object given with the request
   */
  void onResponse(
      Response response, long correlationId, @Nullable Object attachment, @Nullable Object pinned);

  /** What {@link #onDeadline} returns for a request that is not waited for any longer. */
  long NO_LONGER = Long.MIN_VALUE;

  /**
   * The deadline has passed, and there is no answer yet. Not called again until the next one has
   * passed, which this method may set.
   *
   * @param late the request; valid during this call only
   * @param correlationId the number given with the request
   * @param attachment the first object given with the request
   * @param pinned the second object given with the request
   * @return until when to wait on, a time of the agent's clock in ns; {@link #NO_LONGER}, or a time
   *     that has passed, and {@link #onFailure} follows
   */
  default long onDeadline(
      RequestFailure late,
      long correlationId,
      @Nullable Object attachment,
      @Nullable Object pinned) {
    return NO_LONGER;
  }

  /**
   * There will be no answer.
   *
   * @param failure why; valid during this call only
   * @param correlationId the number given with the request
   * @param attachment the first object given with the request
   * @param pinned the second object given with the request
   */
  void onFailure(
      RequestFailure failure,
      long correlationId,
      @Nullable Object attachment,
      @Nullable Object pinned);
}
