package io.peregrine.conductor;

import io.peregrine.NodeDistance;
import io.peregrine.NodeStateListener;
import io.peregrine.SchemaChangeListener;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.SchemaChange;
import io.peregrine.io.Connection;
import io.peregrine.io.Response;
import io.peregrine.metadata.Metadata;
import io.peregrine.metadata.TokenMap;
import io.peregrine.policy.LoadBalancingPolicy;
import io.peregrine.policy.PolicyContext;
import io.peregrine.policy.QueryPlan;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what is known of the cluster up to date: it reads who is there when the control connection
 * opens, and again when events say that something has changed. Confined to the conductor's thread.
 */
final class ClusterWatch implements ControlConnection.Owner, ClusterEvents.Owner {
  private final ClusterConductor conductor;
  private final PolicySet policies;
  private final ControlConnection control;
  private final EventInbox inbox;
  private final TopologyReader topologyReader;
  private final MetadataRefresh refresh;
  private final SchemaAgreement agreement;
  private final NodeStates states;
  private final ClusterEvents events;
  private final long agreementNanos;
  private final Consumer<Metadata> publish;
  private final KnownNodes nodes;
  private @Nullable TokenMap tokens;
  private boolean started;

  // Whether something was to be read while there was no connection to read it on.
  private boolean missedNodes;
  private boolean missedSchema;

  /** Whether the control connection was lost, so that nobody heard what was said since then. */
  private boolean deaf;

  /**
   * What the watch is made of beside its settings. Immutable.
   *
   * @param conductor whose thread it runs on
   * @param agents drive the connections
   * @param startupOptions what to tell the servers about this client
   * @param threads whether there may be threads for what blocks
   * @param listeners are told of nodes; may change at any time
   * @param schemaListeners are told of the schema; may change at any time
   * @param publish takes each new state of the metadata
   */
  record Parts(
      ClusterConductor conductor,
      SelectorAgents agents,
      Map<String, String> startupOptions,
      boolean threads,
      List<NodeStateListener> listeners,
      List<SchemaChangeListener> schemaListeners,
      Consumer<Metadata> publish) {}

  ClusterWatch(Parts parts, ContactSettings contact, RefreshSettings settings, PolicySet policies) {
    this.conductor = parts.conductor();
    this.policies = policies;
    this.publish = parts.publish();
    this.agreementNanos = settings.agreementNanos();
    nodes = new KnownNodes(conductor.pace());
    BlockingCalls calls = new BlockingCalls(conductor, parts.threads());
    control =
        new ControlConnection(
            conductor,
            parts.agents().first(),
            contact,
            parts.startupOptions(),
            calls,
            policies.reconnection(),
            this);
    long timeout = contact.controlTimeoutNanos();
    topologyReader =
        new TopologyReader(conductor, calls, policies.translator(), contact.port(), timeout);
    refresh =
        new MetadataRefresh(
            conductor, settings, timeout, parts.schemaListeners(), this::publish, control::missing);
    agreement = new SchemaAgreement(conductor, timeout, nodes::all);
    states =
        new NodeStates(
            conductor,
            policies,
            new AttemptGate(conductor, settings.mostAttempts(), contact.connectTimeoutNanos()),
            parts.listeners(),
            control);
    events = new ClusterEvents(conductor, settings, states, this);
    inbox = new EventInbox(conductor, events);
  }

  /** Finds the cluster; what is known is published then. */
  CompletableFuture<Void> open() {
    return control.open();
  }

  /** Somebody needs the control connection: if it was given up, it is looked for again. */
  void lookAgain() {
    control.lookAgain();
  }

  /** Why there is no control connection. */
  DriverException missing() {
    return control.missing();
  }

  /** The version that was agreed on; only once it is open. */
  ProtocolVersion version() {
    return control.version();
  }

  NodeStates states() {
    return states;
  }

  /**
   * One more load balancing policy has a say, now or when there are nodes.
   *
   * @return done when sessions have tried to connect to what is nearer than before
   */
  CompletableFuture<Void> join(LoadBalancingPolicy policy) {
    policies.loadBalancing().join(policy, policyContext());
    return states.refreshDistances();
  }

  private PolicyContext policyContext() {
    return new PolicyContext(List.copyOf(nodes.all()), control.contacts());
  }

  MetadataRefresh refresh() {
    return refresh;
  }

  /** How many events have come. For any thread. */
  long eventsReceived() {
    return inbox.received();
  }

  /** Where the control connection goes to, or null while there is none. For any thread. */
  @Nullable InetSocketAddress controlAddress() {
    Connection connection = control.current();
    return connection == null ? null : connection.remoteAddress();
  }

  @Override
  public Collection<InetSocketAddress> plan() {
    Set<InetSocketAddress> plan = new LinkedHashSet<>();
    QueryPlan nearest = new QueryPlan();
    GuardedPolicies.run(() -> policies.loadBalancing().plan(NoRequest.INSTANCE, nearest));
    for (var node = nearest.next(); node != null; node = nearest.next()) {
      plan.add(node.address());
    }
    // Nodes that are down may be up again, and somebody has to be asked; but not who is ignored.
    for (ClusterNode node : nodes.all()) {
      if (node.distance() != NodeDistance.IGNORED) {
        plan.add(node.address());
      }
    }
    for (ClusterNode node : nodes.all()) {
      if (states.isRefused(node) && plan.remove(node.address())) {
        plan.add(node.address());
      }
    }
    return plan;
  }

  @Override
  public CompletableFuture<Void> onCandidate(Connection candidate, boolean isLastHope) {
    missedNodes = false;
    missedSchema = false;
    return topologyReader
        .read(candidate, refresh.tokensEnabled())
        .thenAccept(this::apply)
        .thenCompose(applied -> refresh.begin(candidate, isLastHope))
        .thenAccept(unread -> conductor.run(() -> catchUp(unread)));
  }

  /** It has registered for events before it read, so some may have come before it serves. */
  private void catchUp(@Nullable Throwable schemaUnread) {
    Connection serving = control.current();
    if (serving == null) {
      return;
    }
    if (deaf) {
      deaf = false;
      states.onControlRegained(nodes.at(serving.remoteAddress()));
    }
    events.onSchemaRead(schemaUnread);
    events.onServing(missedNodes, missedSchema);
    missedNodes = false;
    missedSchema = false;
  }

  @Override
  public void onLost(InetSocketAddress address, DriverException cause) {
    deaf = true;
    ClusterNode node = nodes.at(address);
    if (node != null) {
      states.onConnectionFailed(node, cause);
    }
  }

  @Override
  public void onRefused(InetSocketAddress address, DriverException cause) {
    ClusterNode node = nodes.at(address);
    if (node != null) {
      states.onRefused(node, cause);
    }
  }

  /** Somebody else is at the address of a node. */
  void onStranger() {
    events.onStranger();
  }

  @Override
  public void onEvent(Response event) {
    inbox.onEvent(event);
  }

  @Override
  public @Nullable ClusterNode telling(InetSocketAddress told) {
    return nodes.byToldAddress().get(told);
  }

  /** The nodes by the addresses that they tell; another map whenever they are others. */
  Map<InetSocketAddress, ClusterNode> byToldAddress() {
    return nodes.byToldAddress();
  }

  @Override
  public void askAnother(DriverException why) {
    deaf = true;
    control.askAnother(why);
  }

  /** Other things are to be known than before. */
  void readAnew() {
    refreshNodes(true).whenComplete((done, error) -> events.onNodesRead(error));
    readSchema().whenComplete((done, error) -> events.onSchemaRead(error));
  }

  @Override
  public CompletableFuture<Void> readNodes() {
    return refreshNodes(false);
  }

  @Override
  public CompletableFuture<Void> readSchema(SchemaChange change) {
    return agreement
        .awaitTogether(control.current(), agreementNanos)
        .thenCompose(agreed -> refresh.schema(this::schemaSource, change));
  }

  @Override
  public CompletableFuture<Void> readSchema() {
    return refresh.known(this::schemaSource);
  }

  /** Whom to ask about the schema; if that is nobody now, who comes next will be. */
  private @Nullable Connection schemaSource() {
    Connection connection = control.current();
    missedSchema |= connection == null;
    return connection;
  }

  /** Waits until the nodes have one schema, with a time of its own; not positive not to wait. */
  CompletableFuture<Boolean> agree(long mostNanos) {
    return agreement.await(control.current(), mostNanos);
  }

  /** A session has changed the schema on a connection of its own, which knows that already. */
  CompletableFuture<Boolean> onOwnSchemaChange(Connection connection, SchemaChange change) {
    return agreement
        .await(connection, agreementNanos)
        .thenCompose(
            agreed ->
                refresh
                    .schema(this::schemaSource, change)
                    .handle(
                        (done, error) -> {
                          if (error != null) {
                            events.onSchemaRead(error);
                          }
                          return agreed;
                        }));
  }

  /** Reads the schema anew, or a part of it, whether or not it is switched on. */
  CompletableFuture<Void> refreshSchema(SchemaScope scope) {
    return refresh.schema(control::current, scope);
  }

  /** Reads anew who is in the cluster. */
  CompletableFuture<Void> refreshNodes(boolean force) {
    return refresh.nodes(
        force,
        () -> {
          Connection connection = control.current();
          missedNodes |= connection == null;
          return connection == null
              ? CompletableFuture.failedFuture(control.missing())
              : topologyReader.read(connection, refresh.tokensEnabled()).thenAccept(this::apply);
        });
  }

  /** Policies and sessions hear of a token map before requests do: they know it when these ask. */
  private void publish(Metadata metadata) {
    TokenMap tokens = metadata.tokenMap().orElse(null);
    if (tokens != null && tokens != this.tokens) {
      policies.loadBalancing().onTokenMap(tokens);
      states.sessions().onTokenMap(tokens);
    }
    this.tokens = tokens;
    publish.accept(metadata);
  }

  /** Makes the nodes those that the cluster tells of. */
  private void apply(Topology topology) {
    KnownNodes.Changes changes = nodes.become(topology);
    changes
        .changed()
        .forEach(
            (node, details) -> {
              ClusterNode.Details before = node.details();
              states.change(
                  node,
                  () -> node.details(details),
                  !before.datacenter().equals(details.datacenter())
                      || !before.rack().equals(details.rack()),
                  !before.address().equals(details.address()));
            });
    if (!started) {
      // If a policy fails, the cluster counts as not found, and is looked for again.
      policies.loadBalancing().init(policyContext());
    }
    refresh.publishNodes(topology, changes.present());
    if (started) {
      changes.gone().forEach(states::remove);
      changes.added().forEach(states::add);
    } else {
      started = true;
      states.start(changes.present());
    }
    events.onNodesListed(topology.unfinished());
  }
}
