package io.peregrine;

import io.peregrine.codec.row.RowCursor;

/**
 * Makes of each page of an answer what an application would rather have than rows: columns in
 * arrays, a sum, a tree. Any thread may use it, many at once: each thread of the driver that brings
 * answers does.
 *
 * @param <P> what a page is made into
 * @see Session#decoding
 */
@FunctionalInterface
public interface PageDecoder<P> {
  /**
   * Reads a page where it lies, in the driver's buffer. It is called once for each page that a
   * request brings, on the thread of the driver that has received it, and must not block there:
   * every other answer waits meanwhile. For a request that gives no rows, such as an INSERT, the
   * thread that takes the result calls it.
   *
   * @param rows the page, before its first row; no rows and no columns if the request gives none.
   *     Valid during this call only
   * @return what was made of it, which the application gets; keeps nothing of the cursor
   */
  P decode(RowCursor rows);
}
