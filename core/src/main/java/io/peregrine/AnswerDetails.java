package io.peregrine;

import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import io.peregrine.codec.envelope.ResponsePrefix;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What few answers have beside their result (v5 specification, section 2.4.1.2). Immutable.
 *
 * @param tracingId under which id the request was traced; null if it was not
 * @param warnings what the server warns of
 * @param payload what an extension of the server has answered
 */
record AnswerDetails(
    @Nullable UUID tracingId, List<String> warnings, Map<String, @Nullable ByteBuffer> payload) {
  static final AnswerDetails NONE = new AnswerDetails(null, List.of(), Map.of());

  private static final int FLAGS =
      EnvelopeHeaderFlyweight.TRACING
          | EnvelopeHeaderFlyweight.WARNING
          | EnvelopeHeaderFlyweight.CUSTOM_PAYLOAD;

  /** Whether an answer with such flags has any. */
  static boolean areIn(int flags) {
    return (flags & FLAGS) != 0;
  }

  static AnswerDetails of(ResponsePrefix prefix) {
    return new AnswerDetails(prefix.tracingId(), prefix.warnings(), prefix.customPayload());
  }
}
