package io.peregrine.conductor;

import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Looks up where the contact points are, and remembers it for when that cannot be found out.
 * Confined to the conductor's thread; name servers are asked on others, and not waited for without
 * end.
 */
final class ContactLookUp {
  private final BoundedCalls calls;
  private final ContactPoints points;
  private Set<InetSocketAddress> last = Set.of();
  private long begun;
  private long newest;

  ContactLookUp(ClusterConductor conductor, BlockingCalls calls, ContactSettings settings) {
    this.calls =
        new BoundedCalls(
            conductor, calls, "The look-up of the contact points", settings.controlTimeoutNanos());
    this.points = settings.contactPoints();
  }

  /**
   * Asks for the addresses.
   *
   * @return those, in order; fails if there is none, and if it takes too long, but what comes then
   *     is the {@link #last} all the same
   */
  CompletableFuture<Set<InetSocketAddress>> addresses() {
    begun++;
    long mine = begun;
    return calls.call(
        () -> Collections.unmodifiableSet(points.resolve()),
        addresses -> {
          if (mine > newest) {
            newest = mine;
            last = addresses;
          }
        });
  }

  /** The addresses that were found last, in order; none before there were any. */
  Set<InetSocketAddress> last() {
    return last;
  }
}
