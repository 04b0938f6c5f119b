package org.apache.cassandra.security;

import java.security.PermissionCollection;
import java.security.Permissions;

/**
 * Stands in for Cassandra's class of this name, which needs the security manager that Java took
 * away. Any thread may call it.
 *
 * <p>The original keeps user-defined functions from doing harm. Nothing does here, so this class
 * serves tests, whose functions are their own, and nothing else.
 */
public final class ThreadAwareSecurityManager {
  /** What a user-defined function may do: nothing that asks for a permission. Never null. */
  public static final PermissionCollection noPermissions = none();

  private ThreadAwareSecurityManager() {}

  /** Called by Cassandra at its start; there is nothing to install any more. */
  public static void install() {}

  /**
   * Whether the calling thread runs a user-defined function under guard.
   *
   * @return false always
   */
  public static boolean isSecuredThread() {
    return false;
  }

  private static PermissionCollection none() {
    Permissions none = new Permissions();
    none.setReadOnly();
    return none;
  }
}
