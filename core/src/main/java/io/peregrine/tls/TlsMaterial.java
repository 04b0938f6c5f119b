package io.peregrine.tls;

import java.nio.file.Path;
import java.security.Provider;
import org.jspecify.annotations.Nullable;

/**
 * What a TLS context is made of. Immutable, but for passwords, which nobody changes.
 *
 * @param trusted whom to trust; null for those whom the JVM trusts
 * @param own what to show; null for nothing
 * @param provider who makes the context; null for the first that can
 */
public record TlsMaterial(
    @Nullable Store trusted, @Nullable Store own, @Nullable Provider provider) {
  /**
   * A file and what opens it.
   *
   * @param file where it is
   * @param password null if it needs none
   */
  public record Store(Path file, char @Nullable [] password) {
    /** Tells the file only. */
    @Override
    public String toString() {
      return file.toString();
    }
  }
}
