package io.peregrine.conductor;

import io.peregrine.PolicyException;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.io.ConnectRequest;
import io.peregrine.io.Connection;
import io.peregrine.io.ConnectionListener;
import io.peregrine.io.Response;
import io.peregrine.io.SelectorAgent;
import io.peregrine.policy.ReconnectionPolicy;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection on which the driver learns about the cluster: at first to a contact point, and
 * when it is lost, to the next node that will have it. Confined to the conductor's thread.
 *
 * <p>The first one also finds out which protocol version the cluster speaks: the newest first, and
 * one lower for as long as the server refuses.
 */
final class ControlConnection implements NodeStates.Owner {
  private static final Logger LOG = LoggerFactory.getLogger(ControlConnection.class);

  private final ClusterConductor conductor;
  private final SelectorAgent agent;
  private final ContactSettings settings;
  private final Map<String, String> startupOptions;
  private final ContactLookUp lookUp;
  private final ControlSearch search;
  private final Owner owner;
  private @Nullable CompletableFuture<Void> opening;
  private @Nullable ProtocolVersion version;
  private volatile @Nullable Connection current;
  private @Nullable Round round;

  /** What the connection is for. Called on the conductor's thread. */
  interface Owner {
    /** The addresses of the nodes to go to when the connection is lost, the best first. */
    Collection<InetSocketAddress> plan();

    /**
     * A connection that could serve: asks it for what is to be known.
     *
     * @param candidate a connection that has registered for events
     * @param isLastHope whether nobody else has told more, so that who is in the cluster will do
     * @return done when it serves; fails if another one is to be tried, with an {@link
     *     UnreadSchemaException} if this one may be the last hope
     */
    CompletableFuture<Void> onCandidate(Connection candidate, boolean isLastHope);

    /**
     * The connection was lost; another one is looked for.
     *
     * @param address where it went to
     * @param cause why
     */
    void onLost(InetSocketAddress address, DriverException cause);

    /**
     * A node does not let this client in; another one is asked.
     *
     * @param address where it is
     * @param cause how it said so
     */
    void onRefused(InetSocketAddress address, DriverException cause);

    /**
     * An event has come. Called on the agent's thread.
     *
     * @param event the EVENT envelope; valid during this call only
     */
    void onEvent(Response event);
  }

  ControlConnection(
      ClusterConductor conductor,
      SelectorAgent agent,
      ContactSettings settings,
      Map<String, String> startupOptions,
      BlockingCalls calls,
      ReconnectionPolicy reconnection,
      Owner owner) {
    this.conductor = conductor;
    this.agent = agent;
    this.settings = settings;
    this.startupOptions = startupOptions;
    this.lookUp = new ContactLookUp(conductor, calls, settings);
    this.search = new ControlSearch(reconnection);
    this.owner = owner;
  }

  /**
   * Looks for the cluster, once.
   *
   * @return done when it is found, or nowhere
   */
  CompletableFuture<Void> open() {
    CompletableFuture<Void> opening = new CompletableFuture<>();
    this.opening = opening;
    version = null;
    search.reset();
    lookUp(new Round(newest(), List.of()));
    return opening;
  }

  /** The version that was agreed on; only once it is open. */
  ProtocolVersion version() {
    return Objects.requireNonNull(version, "the cluster has not been connected to");
  }

  /** The addresses of the contact points, as they were last looked up. */
  Set<InetSocketAddress> contacts() {
    return lookUp.last();
  }

  /** The connection, or null while another one is looked for. For any thread. */
  @Nullable Connection current() {
    return current;
  }

  /** There is no use in waiting for it. */
  @Override
  public void onUnreachable(ClusterNode node) {
    Connection connection = current;
    if (connection != null && connection.remoteAddress().equals(node.address())) {
      agent.connections().close(connection, new DriverException(node + " is not up"));
    }
  }

  /** Whoever waits for the next search, or for names, need not: there is somebody to ask. */
  @Override
  public void onReachable(ClusterNode node) {
    Round round = this.round;
    boolean waits = round == null ? search.wasInVain() : round.looksUp && version != null;
    if (waits && current == null) {
      search.onAdmitted(node.address());
      reconnect(owner.plan());
    }
  }

  /**
   * The node that has the connection does not tell what is to be known: another one gets it, or the
   * same again if there is no other. It may do for requests all the same.
   */
  void askAnother(DriverException why) {
    Connection connection = current;
    if (connection != null) {
      InetSocketAddress address = connection.remoteAddress();
      LOG.warn("The control connection leaves {}: {}", address, why.getMessage());
      current = null;
      agent.connections().close(connection, why);
      Set<InetSocketAddress> others = new LinkedHashSet<>(owner.plan());
      others.remove(address);
      others.add(address);
      reconnect(others);
    }
  }

  /** Somebody wants the connection: if it was given up, it is looked for again. */
  void lookAgain() {
    if (search.isOver()) {
      search.reset();
      reconnect(owner.plan());
    }
  }

  /** Why there is no connection, for who wanted to ask something on it. */
  DriverException missing() {
    CompletableFuture<Void> opening = this.opening;
    return new DriverException(
        opening == null || opening.isCompletedExceptionally()
            ? "There is no control connection yet; connect() looks for a node that takes one"
            : search.describe());
  }

  private ProtocolVersion newest() {
    ProtocolVersion agreed = version;
    ProtocolVersion wanted = settings.version();
    return agreed != null ? agreed : wanted == null ? ProtocolVersion.V5 : wanted;
  }

  private void reconnect(Collection<InetSocketAddress> plan) {
    Round round = new Round(version(), plan);
    this.round = round;
    round.next();
  }

  private void lookUp(Round round) {
    this.round = round;
    round.looksUp = true;
    lookUp
        .addresses()
        .whenComplete(
            (addresses, error) -> {
              if (this.round == round) {
                round.onLookedUp(error);
              }
            });
  }

  private void onNobody(Throwable cause, boolean useless) {
    this.round = null;
    CompletableFuture<Void> opening = this.opening;
    if (opening != null && !opening.isDone()) {
      opening.completeExceptionally(cause);
      return;
    }
    long delay = search.onNobody(cause, useless);
    if (delay < 0) {
      LOG.error("The control connection is not looked for any more: {}", cause.getMessage());
      return;
    }
    LOG.warn(
        "No node takes the control connection, trying again in {} ms: {}",
        TimeUnit.NANOSECONDS.toMillis(delay),
        cause.getMessage());
    conductor.runLater(
        delay,
        () -> {
          if (current == null && this.round == null) {
            reconnect(owner.plan());
          }
        });
  }

  private void onServing(Connection connection, ProtocolVersion version) {
    this.version = version;
    current = connection;
    round = null;
    search.onServing(conductor.nanoTime());
    LOG.debug("The control connection is to {}", connection.remoteAddress());
    CompletableFuture<Void> opening = this.opening;
    if (opening != null) {
      opening.complete(null);
    }
  }

  private void onLost(Connection connection, DriverException cause) {
    current = null;
    LOG.warn("The control connection was lost, looking for another: {}", cause.getMessage());
    owner.onLost(connection.remoteAddress(), cause);
    if (round == null && search.looksAtOnce(conductor.nanoTime())) {
      reconnect(owner.plan());
    } else if (round == null) {
      onNobody(cause, false);
    }
  }

  /** One walk over the nodes that may have the connection. Confined to the conductor's thread. */
  private final class Round {
    private final ProtocolVersion first;
    private final ControlCandidates candidates;
    private boolean looksUp;

    private Round(ProtocolVersion first, Collection<InetSocketAddress> known) {
      this.first = first;
      this.candidates = new ControlCandidates(search, known);
    }

    private void next() {
      InetSocketAddress address = candidates.next();
      if (address != null) {
        connect(address, first);
      } else if (candidates.areLookedUp()) {
        onNobody(candidates.why(settings.version()), candidates.isUseless());
      } else {
        lookUp(this);
      }
    }

    /** Without an answer, the contact points may still be where they were. */
    private void onLookedUp(@Nullable Throwable error) {
      looksUp = false;
      Set<InetSocketAddress> contacts = lookUp.last();
      if (error != null && !contacts.isEmpty()) {
        LOG.warn(
            "The contact points are looked for where they were before, at {}: {}",
            contacts,
            error.getMessage());
      }
      candidates.onLookedUp(contacts, error);
      next();
    }

    private void connect(InetSocketAddress address, ProtocolVersion version) {
      agent
          .connections()
          .connect(
              new ConnectRequest(
                  address,
                  version,
                  startupOptions,
                  settings.compression(),
                  settings.connectTimeoutNanos()),
              new Candidate(this, address, version));
    }

    private void onReady(Connection ready, ProtocolVersion version) {
      if (round != this) {
        drop(ready);
        return;
      }
      ControlConnection.this.version = version;
      ConductorRequest.register(conductor, ready, settings.controlTimeoutNanos())
          .thenCompose(registered -> owner.onCandidate(ready, candidates.isLastHope()))
          .whenComplete(
              (done, error) -> {
                if (error != null) {
                  Throwable cause = FailedFuture.cause(error);
                  if (cause instanceof UnreadSchemaException) {
                    candidates.onLastHope(ready.remoteAddress());
                  }
                  if (cause instanceof PolicyException && round == this) {
                    // The application's, so another node would not help.
                    onNobody(cause, false);
                  }
                  agent
                      .connections()
                      .close(
                          ready,
                          new DriverException(
                              "The cluster could not be read: " + cause.getMessage(), cause));
                } else if (round == this && ready.isReady()) {
                  onServing(ready, version);
                } else {
                  drop(ready);
                }
              });
    }

    private void drop(Connection ready) {
      agent.connections().close(ready, new DriverException("It is not needed any more"));
    }

    private void onClosed(Connection old, Candidate candidate, DriverException cause) {
      if (old == current) {
        onLost(old, cause);
        return;
      }
      if (round != this) {
        return;
      }
      ProtocolVersion lower = candidate.version.lower();
      boolean negotiates = opening != null && !opening.isDone() && settings.version() == null;
      if (ConnectFailure.isVersionRefused(cause) && negotiates && lower != null) {
        LOG.info("{}; trying version {}", cause.getMessage(), lower.code());
        connect(candidate.address, lower);
      } else {
        candidates.onFailed(candidate.address, cause);
        if (ConnectFailure.isAuthentication(cause)) {
          search.onRefused(candidate.address);
          owner.onRefused(candidate.address, cause);
        }
        next();
      }
    }
  }

  /** Brings what the agent reports onto the conductor's thread. Called on the agent's thread. */
  private final class Candidate implements ConnectionListener {
    private final Round mine;
    private final InetSocketAddress address;
    private final ProtocolVersion version;

    private Candidate(Round mine, InetSocketAddress address, ProtocolVersion version) {
      this.mine = mine;
      this.address = address;
      this.version = version;
    }

    @Override
    public void onReady(Connection ready) {
      conductor.run(() -> mine.onReady(ready, version));
    }

    @Override
    public void onClosed(Connection closed, DriverException cause) {
      conductor.run(() -> mine.onClosed(closed, this, cause));
    }

    @Override
    public void onEvent(Response event) {
      owner.onEvent(event);
    }
  }
}
