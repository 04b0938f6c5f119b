package io.peregrine;

import org.jspecify.annotations.Nullable;

/**
 * The profile that a statement or a call names: one that the cluster knows, or one of its own.
 * Immutable, but that it remembers what it has found; any thread may use it.
 */
final class ProfileChoice {
  private final @Nullable ProfileKey key;
  private final @Nullable ExecutionProfile profile;

  /** Found last, and never changed: two threads that race here find the same. */
  private @Nullable RequestDefaults last;

  private ProfileChoice(@Nullable ProfileKey key, @Nullable ExecutionProfile profile) {
    this.key = key;
    this.profile = profile;
  }

  static ProfileChoice of(ProfileKey key) {
    return new ProfileChoice(key, null);
  }

  static ProfileChoice of(ExecutionProfile profile) {
    return new ProfileChoice(null, profile);
  }

  /** The same choice, which remembers for itself what it finds. */
  ProfileChoice copy() {
    return new ProfileChoice(key, profile);
  }

  /**
   * What applies to a request that goes by it.
   *
   * @throws IllegalArgumentException if the cluster does not know its key
   */
  RequestDefaults in(SessionProfiles session) {
    RequestDefaults last = this.last;
    if (last == null || !last.isOf(session)) {
      last = find(session);
      this.last = last;
    }
    return last;
  }

  private RequestDefaults find(SessionProfiles session) {
    ExecutionProfile profile = this.profile;
    if (profile != null) {
      return session.of(profile);
    }
    ProfileKey key = this.key;
    return key == null ? session.standard() : session.of(key);
  }
}
