package io.peregrine;

import java.util.concurrent.CompletableFuture;

/**
 * A session whose answers a {@link PageDecoder} reads, each page once and where it lies: it is not
 * copied before. The threads may use it that may use the session; it is made of one, goes by its
 * connections, and is closed with it.
 *
 * <p>Requests are sent, repeated and timed as those of the session are. The decoder sees their
 * pages and no others: nothing that the driver asks for itself, or that is executed by the session.
 * A {@linkplain Session#addRequestListener request listener} is told of them too; the result that
 * its future brings has no rows.
 *
 * @param <P> what a page is made into
 */
public final class DecodingSession<P> {
  private final StatementSender sender;
  private final Patience patience;
  private final PageDecoder<P> decoder;

  DecodingSession(StatementSender sender, Patience patience, PageDecoder<P> decoder) {
    this.sender = sender;
    this.patience = patience;
    this.decoder = decoder;
  }

  /**
   * Executes a statement and waits for its first page, as {@link Session#execute(Statement)} does.
   *
   * @param statement the statement; it may be changed or executed again afterwards
   * @return the page
   * @throws DecoderException if the decoder throws
   * @throws io.peregrine.codec.DriverException if it fails; a leaf class says how
   */
  public DecodedPage<P> execute(Statement<?> statement) {
    return execute(statement, RequestOptions.none());
  }

  /**
   * Executes a statement and waits for its first page, as {@link Session#execute(Statement,
   * RequestOptions)} does.
   *
   * @param statement the statement; it may be changed or executed again afterwards
   * @param options what applies to this call, in the place of what is set on the statement
   * @return the page
   * @throws IllegalArgumentException if the cluster does not know the profile
   * @throws DecoderException if the decoder throws
   * @throws io.peregrine.codec.DriverException if it fails; a leaf class says how
   */
  public DecodedPage<P> execute(Statement<?> statement, RequestOptions options) {
    ResponseFuture future = sender.sendPatiently(statement, options, decoder);
    return DecodedPage.of(patience.await(future), decoder);
  }

  /**
   * Executes a statement, as {@link Session#executeAsync(Statement)} does.
   *
   * @param statement the statement; it may be changed or executed again at once
   * @return its first page, when it is there
   * @throws io.peregrine.codec.DriverException if the statement cannot be sent as it is
   */
  public CompletableFuture<DecodedPage<P>> executeAsync(Statement<?> statement) {
    return executeAsync(statement, RequestOptions.none());
  }

  /**
   * Executes a statement, as {@link Session#executeAsync(Statement, RequestOptions)} does.
   *
   * @param statement the statement; it may be changed or executed again at once
   * @param options what applies to this call, in the place of what is set on the statement
   * @return its first page, when it is there
   * @throws IllegalArgumentException if the cluster does not know the profile
   * @throws io.peregrine.codec.DriverException if the statement cannot be sent as it is
   */
  public CompletableFuture<DecodedPage<P>> executeAsync(
      Statement<?> statement, RequestOptions options) {
    return sender
        .send(statement, options, decoder)
        .thenApply(page -> DecodedPage.of(page, decoder));
  }
}
