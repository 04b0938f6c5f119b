package io.peregrine;

import io.peregrine.conductor.ClusterProxy;
import io.peregrine.conductor.PolicyGroup;
import io.peregrine.conductor.PolicySet;
import io.peregrine.conductor.RefreshSettings;
import io.peregrine.io.Nanos;
import io.peregrine.policy.AddressTranslator;
import io.peregrine.policy.ConvictionPolicy;
import io.peregrine.policy.ReconnectionPolicy;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;

/**
 * The part of a {@link ClusterBuilder} that says what the conductor goes by: what it knows of the
 * cluster, and when it connects to nodes that are down. Not thread-safe.
 */
abstract sealed class ConductorBuilder extends ConnectionBuilder permits ClusterBuilder {
  private Duration schemaAgreement = Duration.ofSeconds(10);
  private Duration schemaWindow = Duration.ofSeconds(2);
  private Duration topologyWindow = Duration.ofSeconds(10);
  private Duration statusWindow = Duration.ofSeconds(2);
  private boolean schemaMetadata = true;
  private boolean tokenMetadata = true;
  private int mostAttempts = 16;
  private ReconnectionPolicy reconnection =
      ReconnectionPolicy.exponential(Duration.ofSeconds(1), Duration.ofMinutes(10));
  private Function<? super Node, ? extends ConvictionPolicy> conviction =
      node -> ConvictionPolicy.simple();
  private AddressTranslator translator = AddressTranslator.IDENTITY;

  ConductorBuilder() {}

  /**
   * Sets how long each query of the driver's own may take: who is in the cluster, and what is in
   * its keyspaces. An address translator, and a look-up of the contact points' names, are waited
   * for twenty times as long; without an answer the contact points are tried where they were
   * before.
   *
   * @param timeout the time, or {@link Duration#ZERO} for as long as it takes; 2 seconds by default
   * @return this
   */
  public ClusterBuilder controlConnectionTimeout(Duration timeout) {
    contact.controlTimeout(timeout);
    return self();
  }

  /**
   * Sets how long to wait, after a change of the schema, for the nodes to have one schema.
   *
   * @param wait the longest time; zero or less not to wait; 10 seconds by default
   * @return this
   */
  public ClusterBuilder maxSchemaAgreementWait(Duration wait) {
    this.schemaAgreement = Objects.requireNonNull(wait, "wait");
    return self();
  }

  /**
   * Sets over how long reading the schema is spread after an event that says that it has changed.
   *
   * @param window zero to read at once, negative to ignore events; 2 seconds by default
   * @return this
   */
  public ClusterBuilder schemaEventRefreshWindow(Duration window) {
    this.schemaWindow = Objects.requireNonNull(window, "window");
    return self();
  }

  /**
   * Sets over how long reading the list of nodes is spread after an event that says that there is a
   * new one. A node that is removed is acted on at once.
   *
   * @param window zero to read at once, negative to ignore events; 10 seconds by default
   * @return this
   */
  public ClusterBuilder topologyEventRefreshWindow(Duration window) {
    this.topologyWindow = Objects.requireNonNull(window, "window");
    return self();
  }

  /**
   * Sets over how long connecting to a node is spread after an event that says that it is up. A
   * node that is down is acted on at once.
   *
   * @param window at least zero, which connects at once; 2 seconds by default
   * @return this
   */
  public ClusterBuilder statusEventRefreshWindow(Duration window) {
    if (window.isNegative()) {
      throw new IllegalArgumentException(
          "a status event window of " + window + "; it may not be negative");
    }
    this.statusWindow = window;
    return self();
  }

  /**
   * Sets whether the driver knows what is in the keyspaces. Without it, only their replication is
   * read, and that only for the sake of tokens.
   *
   * @param enabled true by default
   * @return this
   */
  public ClusterBuilder schemaMetadataEnabled(boolean enabled) {
    this.schemaMetadata = enabled;
    return self();
  }

  /**
   * Sets whether the driver knows which node has which keys. Without it, requests go to any node.
   *
   * @param enabled true by default
   * @return this
   */
  public ClusterBuilder tokenMetadataEnabled(boolean enabled) {
    this.tokenMetadata = enabled;
    return self();
  }

  /**
   * Sets how many connections sessions open at once, and to how many nodes that were down, or are
   * new, the driver tries to connect at once. A caller-runs session counts its own connections.
   *
   * <p>One that is not ready after a twentieth of the {@linkplain #connectTimeout time that
   * connecting may take} does not count any more, so that nodes that are silent hold nobody up for
   * long.
   *
   * @param attempts 1 to 1,024; 16 by default
   * @return this
   */
  public ClusterBuilder maxConnectionAttempts(int attempts) {
    if (attempts < 1 || attempts > 1_024) {
      throw new IllegalArgumentException(attempts + " attempts at once; 1 to 1024 are possible");
    }
    this.mostAttempts = attempts;
    return self();
  }

  /**
   * Sets when the driver tries again to connect to a node that is down. A schedule that has ended
   * begins anew when the cluster says that the node is up.
   *
   * @param policy by default {@link ReconnectionPolicy#exponential}, after a second at first, then
   *     after twice as long each time, at most ten minutes, and for ever
   * @return this
   */
  public ClusterBuilder reconnectionPolicy(ReconnectionPolicy policy) {
    this.reconnection = Objects.requireNonNull(policy, "policy");
    return self();
  }

  /**
   * Sets what says whether a node that failed counts as down.
   *
   * @param factory makes it, for each node
   * @return this
   */
  public ClusterBuilder convictionPolicy(
      Function<? super Node, ? extends ConvictionPolicy> factory) {
    this.conviction = Objects.requireNonNull(factory, "factory");
    return self();
  }

  /**
   * Sets how nodes are reached, where that is not by the addresses that they tell.
   *
   * @param translator the translator
   * @return this
   */
  public ClusterBuilder addressTranslator(AddressTranslator translator) {
    this.translator = Objects.requireNonNull(translator, "translator");
    return self();
  }

  /**
   * What the conductor goes by.
   *
   * @param threads whether there may be threads for what blocks
   */
  ClusterProxy.Settings conductorSettings(PolicyGroup loadBalancing, boolean threads) {
    return new ClusterProxy.Settings(
        contact.settings(),
        new RefreshSettings(
            schemaMetadata,
            tokenMetadata,
            Nanos.of(schemaAgreement),
            Nanos.of(schemaWindow),
            Nanos.of(topologyWindow),
            Nanos.of(statusWindow),
            mostAttempts),
        new PolicySet(loadBalancing, reconnection, conviction, translator, credentialChanges()),
        contact.startupOptions(),
        threads);
  }
}
