package io.peregrine.io;

import org.jspecify.annotations.Nullable;

/**
 * What becomes of a request that many envelopes answer, all on its stream id ({@link
 * RequestEncoder#isStreamed}). Called on the agent's thread.
 *
 * <p>{@link #onResponse} is called for each envelope up to the last one, which an error always is;
 * or {@link #onFailure} once, in the place of those that are missing. The time that the request was
 * offered with is what each envelope may take from the one before on, unless {@link
 * Connection#awaitNext} says otherwise. The stream id is free again before the last envelope is
 * handed over. After a timeout it stays out of use, and what comes is dropped, until the last
 * envelope was there.
 */
public interface StreamHandler extends ResponseHandler {
  /**
   * The request has been sent.
   *
   * @param connection where
   * @param streamId what later requests name it by to the server
   * @param attachment the first object given with the request
   */
  void onSent(Connection connection, int streamId, @Nullable Object attachment);

  /**
   * Whether no other envelope follows. Asked of each envelope that is not an error before it is
   * handed over, and of those that come after a timeout; so nothing but the envelope may be looked
   * at. One that cannot be read is not the last.
   *
   * @param response the envelope; valid during this call only
   * @return true if the server sends nothing more for this request
   */
  boolean isLast(Response response);
}
