package io.peregrine;

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

  static AnswerDetails of(ResponsePrefix prefix) {
    return new AnswerDetails(prefix.tracingId(), prefix.warnings(), prefix.customPayload());
  }
}
