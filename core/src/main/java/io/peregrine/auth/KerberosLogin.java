package io.peregrine.auth;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import javax.security.auth.Subject;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.LoginContext;
import javax.security.auth.login.LoginException;
import org.jspecify.annotations.Nullable;

/**
 * Who logs in to Kerberos, and by what. Immutable, so any thread may use it; each connection logs
 * in anew, so a renewed ticket or key tab is taken up by the next one.
 */
public final class KerberosLogin {
  private static final String MODULE = "com.sun.security.auth.module.Krb5LoginModule";

  private final String name;
  private final @Nullable Configuration configuration;

  private KerberosLogin(String name, @Nullable Configuration configuration) {
    this.name = name;
    this.configuration = configuration;
  }

  /**
   * By a ticket that somebody has put into a cache, as {@code kinit} does.
   *
   * @param principal whose ticket, or null for the only one
   * @param cache the cache, or null for the system's own
   * @return the login
   */
  public static KerberosLogin ticketCache(@Nullable String principal, @Nullable Path cache) {
    Map<String, String> options = new HashMap<>();
    options.put("useTicketCache", "true");
    options.put("renewTGT", "false");
    if (cache != null) {
      options.put("ticketCache", cache.toString());
    }
    return of(principal, options);
  }

  /**
   * By a key tab.
   *
   * @param principal whose key
   * @param keyTab the file that it stands in
   * @return the login
   */
  public static KerberosLogin keyTab(String principal, Path keyTab) {
    Map<String, String> options = new HashMap<>();
    options.put("useKeyTab", "true");
    options.put("storeKey", "true");
    options.put("keyTab", keyTab.toString());
    return of(principal, options);
  }

  /**
   * As the JVM's login configuration says ({@code java.security.auth.login.config}).
   *
   * @param name the name of the entry there
   * @return the login
   */
  public static KerberosLogin configured(String name) {
    return new KerberosLogin(name, null);
  }

  private static KerberosLogin of(@Nullable String principal, Map<String, String> options) {
    options.put("doNotPrompt", "true");
    options.put("refreshKrb5Config", "true");
    if (principal != null) {
      options.put("principal", principal);
    }
    AppConfigurationEntry entry =
        new AppConfigurationEntry(
            MODULE, AppConfigurationEntry.LoginModuleControlFlag.REQUIRED, Map.copyOf(options));
    return new KerberosLogin(
        "peregrine",
        new Configuration() {
          @Override
          public AppConfigurationEntry[] getAppConfigurationEntry(String ignored) {
            return new AppConfigurationEntry[] {entry};
          }
        });
  }

  /** Asks the ticket cache or the KDC; may block. */
  Subject logIn() throws LoginException {
    LoginContext context = new LoginContext(name, new Subject(), null, configuration);
    context.login();
    return context.getSubject();
  }
}
