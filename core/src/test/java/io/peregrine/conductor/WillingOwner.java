package io.peregrine.conductor;

import io.peregrine.codec.DriverException;
import io.peregrine.codec.compress.Compression;
import io.peregrine.io.Connection;
import io.peregrine.io.Response;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/** Takes whoever is found for the control connection. Confined to the test's thread. */
final class WillingOwner implements ControlConnection.Owner {
  final List<InetSocketAddress> plan = new ArrayList<>();
  final List<InetSocketAddress> refused = new ArrayList<>();
  int searches;

  /**
   * A control connection whose contact point is a name, with the port of the first server.
   *
   * @param executor looks names up
   * @param delay from one search to the next, in ns
   */
  ControlConnection control(
      PoolScene scene, ContactPoints.Names names, Executor executor, LongSupplier delay) {
    int port = scene.server(0).address().getPort();
    return new ControlConnection(
        scene.conductor,
        scene.agent,
        new ContactSettings(
            new ContactPoints(
                List.of(InetSocketAddress.createUnresolved("cassandra.example", port)), names),
            9042,
            null,
            Compression.NONE,
            PoolScene.TIMEOUT,
            PoolScene.TIMEOUT),
        Map.of(),
        new BlockingCalls(scene.conductor, executor),
        () -> delay::getAsLong,
        this);
  }

  @Override
  public Collection<InetSocketAddress> plan() {
    searches++;
    return plan;
  }

  @Override
  public CompletableFuture<Void> onCandidate(Connection candidate, boolean isLastHope) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void onLost(InetSocketAddress address, DriverException cause) {
    // The test knows.
  }

  @Override
  public void onRefused(InetSocketAddress address, DriverException cause) {
    refused.add(address);
  }

  @Override
  public void onEvent(Response event) {
    // There are none.
  }
}
