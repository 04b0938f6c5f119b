package io.peregrine;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.policy.TimestampGenerator;
import io.peregrine.type.TypeCodecs;
import org.jspecify.annotations.Nullable;

/**
 * What applies to a request that does not say otherwise. Immutable.
 *
 * @param consistency how many replicas have to answer
 * @param pageSize rows in one answer; 0 for all
 * @param timeoutNanos how long an answer may take, in ns; 0 for as long as it takes
 * @param timestamps gives timestamps; null if the coordinators do
 * @param codecs how objects and values become each other
 * @param retries when it is sent more than once
 */
record RequestDefaults(
    ConsistencyLevel consistency,
    int pageSize,
    long timeoutNanos,
    @Nullable TimestampGenerator timestamps,
    TypeCodecs codecs,
    RetrySettings retries) {
  RequestDefaults withTimestamps(@Nullable TimestampGenerator timestamps) {
    return new RequestDefaults(consistency, pageSize, timeoutNanos, timestamps, codecs, retries);
  }
}
