package io.peregrine;

/**
 * How a request is answered in continuous paging, which DSE has: page after page, without being
 * asked for each. Immutable: each setting makes another.
 *
 * <p>How large a page is, the statement's page size says.
 *
 * @param pageUnit what the page size counts
 * @param maxPages how many pages there are at most; 0 for all
 * @param maxPagesPerSecond how many pages the server sends in a second at most; 0 for no limit
 * @param maxQueueSize how many pages may have come that nobody has taken yet, at least 2
 */
public record ContinuousPagingOptions(
    PageUnit pageUnit, int maxPages, int maxPagesPerSecond, int maxQueueSize) {
  private static final int SMALLEST_QUEUE = 2;
  private static final ContinuousPagingOptions DEFAULTS =
      new ContinuousPagingOptions(PageUnit.ROWS, 0, 0, 4);

  /** What a page size counts. */
  public enum PageUnit {
    /** Rows. */
    ROWS,
    /** Bytes; a page has whole rows, so many that it comes near the size. */
    BYTES
  }

  /**
   * Options that are checked.
   *
   * @throws IllegalArgumentException if a number is out of range
   */
  public ContinuousPagingOptions {
    java.util.Objects.requireNonNull(pageUnit, "pageUnit");
    checkNotNegative("maxPages", maxPages);
    checkNotNegative("maxPagesPerSecond", maxPagesPerSecond);
    if (maxQueueSize < SMALLEST_QUEUE) {
      throw new IllegalArgumentException(
          "maxQueueSize of "
              + maxQueueSize
              + " pages; at least "
              + SMALLEST_QUEUE
              + " are needed, so that one can come while another is taken");
    }
  }

  private static void checkNotNegative(String name, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " of " + value + "; 0 stands for no limit");
    }
  }

  /**
   * Pages of rows, all of them, as fast as they are taken, with 4 in the queue.
   *
   * @return the options
   */
  public static ContinuousPagingOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Sets what the page size counts.
   *
   * @param unit ROWS by default
   * @return options that differ in this
   */
  public ContinuousPagingOptions withPageUnit(PageUnit unit) {
    return new ContinuousPagingOptions(unit, maxPages, maxPagesPerSecond, maxQueueSize);
  }

  /**
   * Sets how many pages there are at most. If there are more rows, {@link
   * ContinuousResultSet#pagingState} of the last page leads on.
   *
   * @param pages 0 by default, for all
   * @return options that differ in this
   * @throws IllegalArgumentException if it is negative
   */
  public ContinuousPagingOptions withMaxPages(int pages) {
    return new ContinuousPagingOptions(pageUnit, pages, maxPagesPerSecond, maxQueueSize);
  }

  /**
   * Sets how fast the server may be.
   *
   * @param pages pages in a second; 0 by default, for as fast as it can
   * @return options that differ in this
   * @throws IllegalArgumentException if it is negative
   */
  public ContinuousPagingOptions withMaxPagesPerSecond(int pages) {
    return new ContinuousPagingOptions(pageUnit, maxPages, pages, maxQueueSize);
  }

  /**
   * Sets how many pages may wait to be taken. In protocol version DSE_V2 the server is not asked
   * for more; in DSE_V1 nothing can hold it back, and one page too many ends the request.
   *
   * @param pages at least 2; 4 by default
   * @return options that differ in this
   * @throws IllegalArgumentException if it is less
   */
  public ContinuousPagingOptions withMaxQueueSize(int pages) {
    return new ContinuousPagingOptions(pageUnit, maxPages, maxPagesPerSecond, pages);
  }

  /** How many pages the server may send before it is told more. */
  int firstPages() {
    return maxPages == 0 ? maxQueueSize : Math.min(maxPages, maxQueueSize);
  }
}
