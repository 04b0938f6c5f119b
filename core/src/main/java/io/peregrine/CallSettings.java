package io.peregrine;

import io.peregrine.codec.envelope.CustomPayload;
import org.jspecify.annotations.Nullable;

/**
 * A statement's settings under those of a call, for as long as the call lasts. Confined to the
 * statement's thread; each statement that is called so has one.
 *
 * <p>They are put together again only where the call's or the statement's are others than before,
 * and in the same object: who offers a statement with the same options over and over allocates
 * nothing, unless both have a custom payload and the statement's is another.
 */
final class CallSettings {
  private final RequestSettings both = new RequestSettings();
  private @Nullable RequestSettings call;
  private @Nullable RequestSettings own;
  private int changes;
  private @Nullable CustomPayload ownPayload;

  /** The call's, for this statement: it remembers the session that the statement goes by. */
  private @Nullable ProfileChoice profile;

  /**
   * The settings of a call over those of the statement.
   *
   * @return settings that nobody may change, valid until this is asked for others
   */
  RequestSettings of(RequestSettings call, RequestSettings own) {
    if (own == both) {
      // A call within a call, by somebody who is told of the first.
      return call.over(own);
    }
    if (call != this.call || own != this.own || own.changes() != changes) {
      putTogether(call, own);
    }
    return both;
  }

  private void putTogether(RequestSettings call, RequestSettings own) {
    boolean another = call != this.call;
    if (another) {
      ProfileChoice chosen = call.profile;
      profile = chosen == null ? null : chosen.copy();
    }
    both.set(call, own);
    if (profile != null) {
      both.profile = profile;
    }
    if (another || own.encodedPayload() != ownPayload) {
      both.setPayload(call, own);
      ownPayload = own.encodedPayload();
    }
    this.call = call;
    this.own = own;
    this.changes = own.changes();
  }
}
