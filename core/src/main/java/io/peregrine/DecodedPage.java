package io.peregrine;

import io.peregrine.codec.DriverException;
import io.peregrine.codec.row.RowCursor;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One page of an answer, as a {@link PageDecoder} has made it. Not thread-safe: it belongs to one
 * thread at a time.
 *
 * @param <P> what the page was made into
 */
public final class DecodedPage<P> {
  private final ResultSet page;
  private final PageDecoder<P> decoder;
  private final P content;

  private DecodedPage(ResultSet page, PageDecoder<P> decoder, P content) {
    this.page = page;
    this.decoder = decoder;
    this.content = content;
  }

  /**
   * What a request with this decoder has brought.
   *
   * @throws DecoderException if the request gives no rows, and the decoder throws
   */
  @SuppressWarnings("unchecked")
  static <P> DecodedPage<P> of(ResultSet page, PageDecoder<P> decoder) {
    Object decoded = page.decoded();
    return new DecodedPage<>(
        page, decoder, decoded == null ? decode(decoder, new RowCursor()) : (P) decoded);
  }

  /**
   * Makes something of a page.
   *
   * @throws DecoderException if the decoder throws, or makes nothing of it
   */
  static <P> P decode(PageDecoder<P> decoder, RowCursor rows) {
    P content;
    try {
      content = decoder.decode(rows);
    } catch (DriverException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new DecoderException("The page decoder " + decoder + " threw " + e, e);
    }
    if (content == null) {
      throw new DecoderException(
          "The page decoder " + decoder + " made null of a page; have it give an object", null);
    }
    return content;
  }

  /**
   * What the page was made into.
   *
   * @return it, the same each time
   */
  public P content() {
    return content;
  }

  /**
   * Whether the server has more rows than this page.
   *
   * @return true if another page can be fetched
   */
  public boolean hasMorePages() {
    return page.hasMorePages();
  }

  /**
   * Asks for the next page and waits for it, and for room to ask if need be. This page stays as it
   * is.
   *
   * @return the next page, or null if this is the last one
   * @throws io.peregrine.codec.DriverException if it cannot be fetched; a leaf class says how
   */
  public @Nullable DecodedPage<P> nextPage() {
    return page.hasMorePages() ? of(page.awaitNextPage(), decoder) : null;
  }

  /**
   * Asks for the next page, without waiting. This page stays as it is.
   *
   * @return the next page, when it is there
   * @throws QueryExhaustedException if this is the last one
   */
  public CompletableFuture<DecodedPage<P>> fetchNextPage() {
    return page.fetchNextPage().thenApply(next -> of(next, decoder));
  }

  /**
   * Where this page ends, to go on from there in another request for the same rows.
   *
   * @return a state that can be kept as text, and that no other query takes; null after the last
   *     page
   */
  public @Nullable PagingState pagingState() {
    return page.pagingState();
  }

  /**
   * How the page was had.
   *
   * @return which node gave it, after what, and what it said beside the rows
   */
  public ExecutionInfo executionInfo() {
    return page.executionInfo();
  }
}
