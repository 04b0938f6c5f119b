package io.peregrine;

import io.peregrine.codec.DriverException;
import io.peregrine.codec.envelope.PagingStateSplicer;
import io.peregrine.io.Response;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * How to ask for the page behind another. Immutable.
 *
 * @param pagingState where it begins, as the server says it
 * @param request the envelope that asks for it; null if the first page's was not kept
 * @param defaults what the request has of its profile
 * @param timeoutNanos the request's timeout
 * @param pinned what its rows are read by
 */
record NextPage(
    byte[] pagingState,
    byte @Nullable [] request,
    RequestDefaults defaults,
    long timeoutNanos,
    @Nullable Pinned pinned) {
  static NextPage behind(
      Response response, byte[] pagingState, ResponseFuture future, @Nullable Pinned pinned) {
    byte[] request = response.requestLength() == 0 ? null : request(response, pagingState);
    return new NextPage(pagingState, request, future.defaults(), future.timeoutNanos(), pinned);
  }

  private static byte[] request(Response response, byte[] pagingState) {
    int length =
        PagingStateSplicer.splicedLength(
            response.requestBuffer(),
            response.requestOffset(),
            response.requestLength(),
            pagingState);
    byte[] request = new byte[length];
    PagingStateSplicer.splice(
        response.requestBuffer(),
        response.requestOffset(),
        response.requestLength(),
        pagingState,
        new UnsafeBuffer(request),
        0);
    return request;
  }

  byte[] requiredRequest() {
    byte[] request = this.request;
    if (request == null) {
      // A result that just ended here would be a lie.
      throw new DriverException(
          "There are more pages, but the driver did not keep the request to ask for them: too many"
              + " large requests were in flight; send fewer at a time");
    }
    return request;
  }
}
