package io.peregrine;

import org.jspecify.annotations.Nullable;

/** Rows that are taken page by page. Belongs to one thread at a time. */
interface RowSource {
  /** The present page. */
  ResultPage page();

  /** Whether no other page follows the present one. */
  boolean isLastPage();

  /** The next row; null if there are no more. Waits for pages if need be. */
  @Nullable Row one();

  /** Rows of the present page were taken, other than by {@link #one}. */
  void onTaken();
}
