package io.peregrine.policy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For clusters in several regions of Amazon's EC2, whose nodes tell their public addresses: a name
 * server of EC2 knows the name of each, and within the region looks it up as the private address,
 * which is shorter and costs less. Any thread may use it; it waits for name servers.
 *
 * <p>An address that cannot be translated stays as it is. What was found is remembered for ten
 * minutes.
 */
public final class Ec2MultiRegionAddressTranslator implements AddressTranslator {
  private static final Logger LOG = LoggerFactory.getLogger(Ec2MultiRegionAddressTranslator.class);
  private static final long REMEMBERED_NANOS = TimeUnit.MINUTES.toNanos(10);

  private final Function<InetAddress, @Nullable String> names;
  private final Function<String, InetAddress[]> addresses;
  private final NanoClock clock;
  private final Map<InetAddress, Found> found = new ConcurrentHashMap<>();

  /**
   * What was found.
   *
   * @param address the address
   * @param nanoTime when, in ns
   */
  private record Found(InetAddress address, long nanoTime) {}

  /** A translator that asks this machine's name servers. */
  public Ec2MultiRegionAddressTranslator() {
    this(
        new ReverseLookup(),
        Ec2MultiRegionAddressTranslator::addressesOf,
        SystemNanoClock.INSTANCE);
  }

  Ec2MultiRegionAddressTranslator(
      Function<InetAddress, @Nullable String> names,
      Function<String, InetAddress[]> addresses,
      NanoClock clock) {
    this.names = names;
    this.addresses = addresses;
    this.clock = clock;
  }

  @Override
  public InetSocketAddress translate(InetSocketAddress address) {
    InetAddress told = address.getAddress();
    if (told == null) {
      return address;
    }
    Found known = found.get(told);
    if (known == null || clock.nanoTime() - known.nanoTime() > REMEMBERED_NANOS) {
      InetAddress now = lookUp(told);
      if (now == null) {
        return address;
      }
      known = new Found(now, clock.nanoTime());
      found.put(told, known);
    }
    return new InetSocketAddress(known.address(), address.getPort());
  }

  private @Nullable InetAddress lookUp(InetAddress told) {
    String name = names.apply(told);
    if (name == null) {
      LOG.debug("{} has no name, and is used as it is", told);
      return null;
    }
    for (InetAddress address : addresses.apply(name)) {
      if (address.getClass() == told.getClass()) {
        LOG.debug("{} is {}, which is found at {}", told, name, address);
        return address;
      }
    }
    LOG.debug("{} is {}, which has no address of that family; it is used as it is", told, name);
    return null;
  }

  private static InetAddress[] addressesOf(String name) {
    try {
      return InetAddress.getAllByName(name);
    } catch (UnknownHostException e) {
      return new InetAddress[0];
    }
  }
}
