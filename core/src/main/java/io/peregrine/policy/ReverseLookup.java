package io.peregrine.policy;

import java.net.InetAddress;
import java.util.Hashtable;
import java.util.function.Function;
import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks name servers for the name of an address. Immutable; any thread may use it, and waits.
 *
 * <p>{@link InetAddress#getCanonicalHostName} does not do here: it believes a name only if that
 * leads back to the same address.
 */
final class ReverseLookup implements Function<InetAddress, @Nullable String> {
  private static final Logger LOG = LoggerFactory.getLogger(ReverseLookup.class);
  private static final int BITS_OF_NIBBLE = 4;
  private static final int NIBBLE = 0xF;

  @Override
  public @Nullable String apply(InetAddress address) {
    Hashtable<String, String> environment = new Hashtable<>();
    environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
    environment.put("com.sun.jndi.dns.timeout.initial", "1000");
    environment.put("com.sun.jndi.dns.timeout.retries", "2");
    try {
      InitialDirContext context = new InitialDirContext(environment);
      try {
        Attribute pointer =
            context.getAttributes(question(address), new String[] {"PTR"}).get("PTR");
        return pointer == null ? null : pointer.get().toString();
      } finally {
        context.close();
      }
    } catch (NamingException e) {
      LOG.debug("No name server tells the name of {}: {}", address, e.toString());
      return null;
    }
  }

  /** The name under which name servers keep the name of an address. */
  static String question(InetAddress address) {
    StringBuilder question = new StringBuilder();
    byte[] bytes = address.getAddress();
    boolean isFour = bytes.length == 4;
    for (int i = bytes.length - 1; i >= 0; i--) {
      if (isFour) {
        question.append(bytes[i] & 0xFF).append('.');
      } else {
        question.append(Integer.toHexString(bytes[i] & NIBBLE)).append('.');
        question.append(Integer.toHexString(bytes[i] >> BITS_OF_NIBBLE & NIBBLE)).append('.');
      }
    }
    return question.append(isFour ? "in-addr.arpa" : "ip6.arpa").toString();
  }
}
