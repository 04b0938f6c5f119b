package io.peregrine;

import io.peregrine.policy.TimestampGenerator;
import io.peregrine.type.TypeCodecs;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster's sessions begin with. Immutable, but that profiles may come.
 *
 * @param profiles what requests may go by
 * @param timestamps gives timestamps; null if the coordinators do
 * @param codecs how objects and values become each other
 * @param pageSize rows in one answer; 0 for all
 */
record SessionDefaults(
    ClusterProfiles profiles,
    @Nullable TimestampGenerator timestamps,
    TypeCodecs codecs,
    int pageSize) {
  /** What one session's requests go by. */
  SessionProfiles profiles(ConnectOptions options) {
    TimestampGenerator own = options.timestamps();
    return new SessionProfiles(
        profiles, timestamps == null || own == null ? timestamps : own, codecs, pageSize);
  }
}
