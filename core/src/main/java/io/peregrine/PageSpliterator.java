package io.peregrine;

import java.util.Objects;
import java.util.Spliterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Some rows of one page, for streams. Belongs to one thread at a time. */
final class PageSpliterator implements Spliterator<Row> {
  private final ResultPage page;
  private final int[] offsets;
  private int next;
  private final int end;

  /**
   * @param offsets where rows begin
   * @param from the index of the first of them
   * @param to the index behind the last
   */
  PageSpliterator(ResultPage page, int[] offsets, int from, int to) {
    this.page = page;
    this.offsets = offsets;
    this.next = from;
    this.end = to;
  }

  @Override
  public int characteristics() {
    return ORDERED | NONNULL | SIZED | SUBSIZED | IMMUTABLE;
  }

  @Override
  public long estimateSize() {
    return end - next;
  }

  @Override
  public boolean tryAdvance(Consumer<? super Row> action) {
    Objects.requireNonNull(action, "action");
    if (next == end) {
      return false;
    }
    Row row = new Row(page, offsets[next]);
    next++;
    action.accept(row);
    return true;
  }

  @Override
  public @Nullable Spliterator<Row> trySplit() {
    int middle = next + end >>> 1;
    if (middle == next) {
      return null;
    }
    PageSpliterator prefix = new PageSpliterator(page, offsets, next, middle);
    next = middle;
    return prefix;
  }
}
