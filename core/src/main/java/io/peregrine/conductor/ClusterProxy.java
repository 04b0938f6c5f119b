package io.peregrine.conductor;

import io.peregrine.ClusterClosedException;
import io.peregrine.MetadataRefreshException;
import io.peregrine.Node;
import io.peregrine.NodeStateListener;
import io.peregrine.OperationTimedOutException;
import io.peregrine.PolicyException;
import io.peregrine.SchemaChangeListener;
import io.peregrine.codec.envelope.SchemaChange;
import io.peregrine.io.Connection;
import io.peregrine.io.Way;
import io.peregrine.metadata.Metadata;
import io.peregrine.policy.LoadBalancingPolicy;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How the public API asks the conductor for things. Any thread may use it; futures complete on the
 * conductor's thread.
 */
public final class ClusterProxy {
  private final ClusterConductor conductor;
  private final PendingAnswers answers;
  private final List<NodeStateListener> listeners = new CopyOnWriteArrayList<>();
  private final List<SchemaChangeListener> schemaListeners = new CopyOnWriteArrayList<>();
  private final ClusterWatch watch;
  private final SessionPools pools;
  private final ClusterView view;
  private volatile Metadata metadata = Metadata.NONE;

  /**
   * What the conductor goes by. Immutable.
   *
   * @param contact how to find the cluster
   * @param refresh what is known of it
   * @param policies what is decided by
   * @param startupOptions what to tell the servers about this client
   * @param threads whether there may be threads for what blocks
   */
  public record Settings(
      ContactSettings contact,
      RefreshSettings refresh,
      PolicySet policies,
      Map<String, String> startupOptions,
      boolean threads) {
    /** Copies the options. */
    public Settings {
      startupOptions = Map.copyOf(startupOptions);
    }
  }

  /**
   * A proxy to a conductor that need not run yet.
   *
   * @param conductor the conductor
   * @param agents the agents that drive the connections
   * @param settings what it goes by
   * @param forNewNodes what to prepare on nodes that come up or are new, or null for nothing
   */
  public ClusterProxy(
      ClusterConductor conductor,
      SelectorAgents agents,
      Settings settings,
      @Nullable PreparedRegistry<?> forNewNodes) {
    this.conductor = conductor;
    view = new ClusterView();
    watch =
        new ClusterWatch(
            new ClusterWatch.Parts(
                conductor,
                agents,
                settings.startupOptions(),
                settings.threads(),
                listeners,
                schemaListeners,
                this::publish),
            settings.contact(),
            settings.refresh(),
            settings.policies());
    pools = new SessionPools(conductor, agents, settings, forNewNodes, watch);
    answers = conductor.answers();
  }

  /**
   * What is known of the cluster.
   *
   * @return the last that was published; {@link Metadata#NONE} before it was connected to
   */
  public Metadata metadata() {
    return metadata;
  }

  private void publish(Metadata now) {
    metadata = now;
    view.telling(watch.byToldAddress());
    view.tokens(now.tokenMap().orElse(null));
  }

  /**
   * What requests go by, in all sessions.
   *
   * @return the same object each time, which is kept up to date
   */
  public ClusterView view() {
    return view;
  }

  /**
   * Who is told what happens to nodes.
   *
   * @return the listeners, to be changed by any thread
   */
  public List<NodeStateListener> listeners() {
    return listeners;
  }

  /**
   * Who is told what changes in the schema.
   *
   * @return the listeners, to be changed by any thread
   */
  public List<SchemaChangeListener> schemaListeners() {
    return schemaListeners;
  }

  /**
   * Opens the connections of a session; connects to the cluster first if that has not been done.
   *
   * @param keyspace the keyspace that all its connections use, or null for none
   * @param size how many connections, and by whom they are driven
   * @param ways makes what the session keeps of a connection; called on the conductor's thread
   * @param <W> what that is
   * @return the connections, as soon as there is one
   */
  public <W extends Way> CompletableFuture<SessionPool<W>> openSession(
      @Nullable String keyspace, PoolSize size, BiFunction<Node, Connection, W> ways) {
    return answers.ask(
        () -> {
          watch.lookAgain();
          return pools.open(keyspace, size, ways);
        });
  }

  /**
   * Gives one more load balancing policy a say in which nodes are connected to. One that has it
   * already is not told of nodes twice.
   *
   * @param policy the policy
   * @param joined run on the conductor's thread when it knows the nodes
   * @param mostNanos how long to wait for connections, in ns; 0 not to wait; {@link Long#MAX_VALUE}
   *     for as long as it takes
   * @param complaint what to say if that is not enough
   * @return done when each session has tried to connect to what is nearer than before; fails with
   *     {@link PolicyException} if the policy does not begin, and with {@link
   *     OperationTimedOutException} if the time is over, which changes nothing
   */
  public CompletableFuture<Void> join(
      LoadBalancingPolicy policy, Runnable joined, long mostNanos, String complaint) {
    return answers.ask(
        () -> {
          CompletableFuture<Void> connected = watch.join(policy);
          joined.run();
          if (mostNanos == 0) {
            return CompletableFuture.completedFuture(null);
          }
          if (mostNanos != Long.MAX_VALUE) {
            conductor.failLater(
                connected, mostNanos, () -> new OperationTimedOutException(complaint, null));
          }
          return connected;
        });
  }

  /**
   * The node that has the control connection.
   *
   * @return the node; empty while one is looked for
   */
  public Optional<Node> controlNode() {
    InetSocketAddress address = watch.controlAddress();
    return metadata.nodes().values().stream()
        .filter(node -> node.address().equals(address))
        .findFirst();
  }

  /**
   * Reads anew who is in the cluster.
   *
   * @param force whether tokens are placed anew even if nothing has changed
   * @return done when it is published; fails with {@link MetadataRefreshException}
   */
  public CompletableFuture<Void> refreshNodes(boolean force) {
    return refreshing("Node list was not refreshed", () -> watch.refreshNodes(force));
  }

  /**
   * Reads the schema anew, or a part of it.
   *
   * @param scope what to read
   * @param agreementNanos how long to wait for the nodes to have one schema, in ns; not positive
   *     not to wait
   * @return done when it is published; fails with {@link MetadataRefreshException}
   */
  public CompletableFuture<Void> refreshSchema(SchemaScope scope, long agreementNanos) {
    return refreshing(
        scope.kind().subject() + " metadata was not refreshed",
        () ->
            watch.controlAddress() == null
                ? CompletableFuture.failedFuture(watch.missing())
                : watch
                    .agree(agreementNanos)
                    .thenCompose(
                        agreed ->
                            agreed
                                ? watch.refreshSchema(scope)
                                : CompletableFuture.failedFuture(
                                    new MetadataRefreshException(
                                        "the nodes do not have one schema", null))));
  }

  /**
   * Whether the nodes have one schema, which is waited for.
   *
   * @param mostNanos how long to wait, in ns; not positive not to wait, and take it for granted
   * @return whether they have
   */
  public CompletableFuture<Boolean> schemaAgreement(long mostNanos) {
    return answers.ask(() -> watch.agree(mostNanos));
  }

  /**
   * A session has changed the schema.
   *
   * @param connection the connection that has
   * @param change what has changed
   * @param mostNanos how long the request may still take, in ns; 0 for as long as it takes
   * @return whether the nodes agree on the schema, once that is known and it was read anew; fails
   *     with {@link OperationTimedOutException} if that takes longer
   */
  public CompletableFuture<Boolean> onSchemaChange(
      Connection connection, SchemaChange change, long mostNanos) {
    CompletableFuture<Boolean> agreed =
        answers.ask(() -> watch.onOwnSchemaChange(connection, change));
    if (mostNanos > 0) {
      conductor.failLater(
          agreed,
          mostNanos,
          () ->
              new OperationTimedOutException(
                  "Timed out: the schema was changed, but the nodes did not agree on it within the"
                      + " request's timeout; give it more time, or wait less for agreement"
                      + " (maxSchemaAgreementWait)",
                  null));
    }
    return agreed;
  }

  /**
   * Waits for nobody.
   *
   * @param nanos how long, in ns
   * @return done after that; fails if the cluster is closed before
   */
  public CompletableFuture<Void> after(long nanos) {
    return answers.ask(
        () -> {
          CompletableFuture<Void> due = new CompletableFuture<>();
          conductor.runLater(nanos, () -> due.complete(null));
          return due;
        });
  }

  /**
   * Switches metadata on or off.
   *
   * @param schema whether keyspaces are read, or null to leave that as it is
   * @param tokens whether tokens are read, or null to leave that as it is
   */
  public void enable(@Nullable Boolean schema, @Nullable Boolean tokens) {
    conductor.run(
        () -> {
          MetadataRefresh refresh = watch.refresh();
          boolean more = false;
          if (schema != null && schema != refresh.schemaEnabled()) {
            refresh.schemaEnabled(schema);
            more = schema;
          }
          if (tokens != null && tokens != refresh.tokensEnabled()) {
            refresh.tokensEnabled(tokens);
            more = true;
          }
          if (more && pools.isClusterWanted()) {
            watch.readAnew();
          }
        });
  }

  /**
   * How many events the cluster has sent.
   *
   * @return at least 0
   */
  public long eventsReceived() {
    return watch.eventsReceived();
  }

  private CompletableFuture<Void> refreshing(
      String complaint, Supplier<CompletableFuture<Void>> refresh) {
    return answers
        .ask(
            () -> {
              watch.lookAgain();
              return refresh.get();
            })
        .handle(
            (done, error) -> {
              if (error == null) {
                return done;
              }
              Throwable cause = FailedFuture.cause(error);
              throw cause instanceof ClusterClosedException closed
                  ? closed
                  : new MetadataRefreshException(complaint + ": " + cause.getMessage(), cause);
            });
  }
}
