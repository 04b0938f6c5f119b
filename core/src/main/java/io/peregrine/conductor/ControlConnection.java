package io.peregrine.conductor;

import io.peregrine.NoHostAvailableException;
import io.peregrine.Node;
import io.peregrine.UnsupportedProtocolVersionException;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.io.ConnectRequest;
import io.peregrine.io.Connection;
import io.peregrine.io.ConnectionListener;
import io.peregrine.io.HandshakeException;
import io.peregrine.io.Response;
import io.peregrine.io.SelectorAgent;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection on which the driver learns about the cluster: the first contact point that
 * answers. Confined to the conductor's thread.
 *
 * <p>It also finds out which protocol version the cluster speaks: the newest first, and one lower
 * for as long as the server refuses.
 */
final class ControlConnection {
  private static final Logger LOG = LoggerFactory.getLogger(ControlConnection.class);

  private final ClusterConductor conductor;
  private final SelectorAgent agent;
  private final ContactSettings settings;
  private final Map<String, String> startupOptions;
  private final CompletableFuture<Found> found = new CompletableFuture<>();
  private final Map<InetSocketAddress, Throwable> errors = new LinkedHashMap<>();
  private @Nullable Connection connection;

  /**
   * What was found out.
   *
   * @param version the protocol version to speak from now on
   * @param nodes the nodes
   */
  record Found(ProtocolVersion version, List<Node> nodes) {}

  ControlConnection(
      ClusterConductor conductor,
      SelectorAgent agent,
      ContactSettings settings,
      Map<String, String> startupOptions) {
    this.conductor = conductor;
    this.agent = agent;
    this.settings = settings;
    this.startupOptions = startupOptions;
  }

  CompletableFuture<Found> open() {
    tryContact(0, newest());
    return found;
  }

  private ProtocolVersion newest() {
    ProtocolVersion version = settings.version();
    return version == null ? ProtocolVersion.V5 : version;
  }

  private void tryContact(int index, ProtocolVersion version) {
    if (index == settings.contactPoints().size()) {
      found.completeExceptionally(nobody());
      return;
    }
    InetSocketAddress address = settings.contactPoints().get(index);
    connection =
        agent
            .connections()
            .connect(
                new ConnectRequest(
                    address,
                    version,
                    startupOptions,
                    settings.compression(),
                    settings.connectTimeoutNanos()),
                new Listener(index, version));
  }

  private DriverException nobody() {
    for (Throwable error : errors.values()) {
      if (isVersionRefused(error)) {
        ProtocolVersion version = settings.version();
        return new UnsupportedProtocolVersionException(
            version == null
                ? "The server speaks none of the driver's protocol versions (3, 4 and 5): "
                    + error.getMessage()
                : "Protocol version "
                    + version.code()
                    + " was set explicitly, and the server does not speak it; leave it unset to use"
                    + " what both speak: "
                    + error.getMessage(),
            error);
      }
    }
    return new NoHostAvailableException("Unable to connect to any contact point", errors);
  }

  private static boolean isVersionRefused(Throwable error) {
    return error instanceof HandshakeException handshake
        && handshake.reason() == HandshakeException.Reason.UNSUPPORTED_VERSION;
  }

  private void onReady(Connection ready, ProtocolVersion version) {
    new TopologyReader(conductor, settings)
        .read(ready)
        .whenComplete(
            (nodes, error) -> {
              if (error == null) {
                found.complete(new Found(version, nodes));
              } else {
                Throwable cause =
                    error instanceof CompletionException && error.getCause() != null
                        ? error.getCause()
                        : error;
                agent
                    .connections()
                    .close(
                        ready,
                        new DriverException(
                            "The cluster could not be read: " + cause.getMessage(), cause));
              }
            });
  }

  private void onClosed(int index, ProtocolVersion version, DriverException cause) {
    connection = null;
    if (found.isDone()) {
      LOG.warn("The control connection was lost: {}", cause.getMessage());
      return;
    }
    ProtocolVersion lower = version.lower();
    if (isVersionRefused(cause) && settings.version() == null && lower != null) {
      LOG.info("{}; trying version {}", cause.getMessage(), lower.code());
      tryContact(index, lower);
    } else {
      errors.put(settings.contactPoints().get(index), cause);
      tryContact(index + 1, newest());
    }
  }

  /** Brings what the agent reports onto the conductor's thread. Called on the agent's thread. */
  private final class Listener implements ConnectionListener {
    private final int index;
    private final ProtocolVersion version;

    private Listener(int index, ProtocolVersion version) {
      this.index = index;
      this.version = version;
    }

    @Override
    public void onReady(Connection ready) {
      conductor.run(() -> ControlConnection.this.onReady(ready, version));
    }

    @Override
    public void onClosed(Connection closed, DriverException cause) {
      conductor.run(() -> ControlConnection.this.onClosed(index, version, cause));
    }

    @Override
    public void onEvent(Response event) {
      // Nothing is subscribed to.
    }
  }
}
