package io.peregrine.conductor;

import io.peregrine.UnresolvedContactPointException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where to look for the cluster: names and addresses, as the application gave them. Immutable; any
 * thread may use it.
 */
public final class ContactPoints {
  private static final Logger LOG = LoggerFactory.getLogger(ContactPoints.class);

  private final List<InetSocketAddress> points;
  private final Names names;

  /** Finds the addresses of a name. Any thread may use it. */
  @FunctionalInterface
  interface Names {
    /**
     * Looks a name up, which may take seconds.
     *
     * @param name the name
     * @return its addresses, at least one
     * @throws UnknownHostException if it has none
     */
    InetAddress[] lookUp(String name) throws UnknownHostException;
  }

  /**
   * Contact points.
   *
   * @param points resolved addresses, and unresolved ones for names, which are looked up each time
   *     that they are needed; at least one
   */
  public ContactPoints(List<InetSocketAddress> points) {
    this(points, InetAddress::getAllByName);
  }

  ContactPoints(List<InetSocketAddress> points, Names names) {
    this.points = List.copyOf(points);
    this.names = names;
  }

  /**
   * As they were given.
   *
   * @return an immutable list
   */
  public List<InetSocketAddress> given() {
    return points;
  }

  /**
   * Looks the names up, which may take seconds.
   *
   * @return all addresses, in order, each once; at least one
   * @throws UnresolvedContactPointException if there is none
   */
  Set<InetSocketAddress> resolve() {
    Set<InetSocketAddress> resolved = new LinkedHashSet<>();
    List<String> unknown = new ArrayList<>();
    UnknownHostException why = null;
    for (InetSocketAddress point : points) {
      try {
        resolved.addAll(addresses(point));
      } catch (UnknownHostException e) {
        unknown.add(point.getHostString());
        why = e;
      }
    }
    if (resolved.isEmpty()) {
      throw unresolved(why);
    }
    if (!unknown.isEmpty()) {
      LOG.warn("Contact points without an address are left out: {}", unknown);
    }
    return resolved;
  }

  private List<InetSocketAddress> addresses(InetSocketAddress point) throws UnknownHostException {
    if (!point.isUnresolved()) {
      return List.of(point);
    }
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (InetAddress address : names.lookUp(point.getHostString())) {
      addresses.add(new InetSocketAddress(address, point.getPort()));
    }
    return addresses;
  }

  private UnresolvedContactPointException unresolved(@Nullable UnknownHostException why) {
    return new UnresolvedContactPointException(
        "None of the contact points "
            + points
            + " has an address; check the names, and that this machine can look them up",
        why);
  }
}
