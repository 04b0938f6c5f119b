package io.peregrine;

import org.jspecify.annotations.Nullable;

/**
 * Where the answer that counted came from, and what it took. Immutable.
 *
 * @param coordinator the node that gave it; null if none has
 * @param requestBytes the size of the request's envelope; 0 if it is not known
 * @param responseBytes the size of the answer's envelope; 0 if there is none
 * @param durationNanos the time from the offer to the answer, in ns
 */
record AnswerFacts(
    @Nullable Node coordinator, int requestBytes, int responseBytes, long durationNanos) {}
