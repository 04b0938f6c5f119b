package io.peregrine;

import io.peregrine.conductor.ClusterProxy;
import io.peregrine.conductor.SchemaScope;
import io.peregrine.metadata.FunctionSignature;
import io.peregrine.metadata.Metadata;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The part of a {@link Cluster} that is about what is known of it: who is in it, what is in its
 * keyspaces, who is told, and how it is read anew. Any thread may use it; what waits does not do so
 * on the driver's.
 */
abstract sealed class KnownCluster permits Cluster {
  KnownCluster() {}

  abstract ClusterProxy proxy();

  abstract Patience patience();

  /** How long nodes are waited for to have one schema, unless a call says otherwise, in ns. */
  abstract long agreementNanos();

  /**
   * The nodes of the cluster.
   *
   * @return those that are known now; empty before the first session is opened
   */
  public List<Node> nodes() {
    return List.copyOf(metadata().nodes().values());
  }

  /**
   * What is known of the cluster: nodes, keyspaces, and which node has which keys.
   *
   * @return the metadata as it is now; {@link Metadata#NONE} before the first session is opened
   */
  public Metadata metadata() {
    return proxy().metadata();
  }

  /**
   * The node on which the driver learns about the cluster.
   *
   * @return the node; empty before the first session is opened, and while another one is looked for
   */
  public Optional<Node> controlConnectionNode() {
    return proxy().controlNode();
  }

  /**
   * Has somebody told what happens to nodes.
   *
   * @param listener called on the conductor's thread; must not block
   */
  public void addNodeStateListener(NodeStateListener listener) {
    proxy().listeners().add(Objects.requireNonNull(listener, "listener"));
  }

  /**
   * Has a listener told nothing more.
   *
   * @param listener the listener
   * @return false if it was not told anything anyway
   */
  public boolean removeNodeStateListener(NodeStateListener listener) {
    return proxy().listeners().remove(listener);
  }

  /**
   * Has somebody told what changes in the schema.
   *
   * @param listener called on the conductor's thread; must not block
   */
  public void addSchemaChangeListener(SchemaChangeListener listener) {
    proxy().schemaListeners().add(Objects.requireNonNull(listener, "listener"));
  }

  /**
   * Has a listener told nothing more.
   *
   * @param listener the listener
   * @return false if it was not told anything anyway
   */
  public boolean removeSchemaChangeListener(SchemaChangeListener listener) {
    return proxy().schemaListeners().remove(listener);
  }

  /**
   * Reads anew who is in the cluster, and waits for it.
   *
   * @param force whether tokens are placed anew even if nothing has changed
   * @throws MetadataRefreshException if it cannot be read; what was known stays
   */
  public void refreshNodes(boolean force) {
    await("refreshNodes()", proxy().refreshNodes(force));
  }

  /**
   * Reads anew who is in the cluster.
   *
   * @param force whether tokens are placed anew even if nothing has changed
   * @return done when {@link #metadata} has it; fails with {@link MetadataRefreshException}
   */
  public CompletableFuture<Void> refreshNodesAsync(boolean force) {
    return proxy().refreshNodes(force);
  }

  /**
   * Reads the schema anew, and waits for it, after the nodes have come to have one schema.
   *
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time; what
   *     was known stays
   */
  public void refreshSchema() {
    refresh("refreshSchema()", SchemaScope.EVERYTHING, agreementNanos());
  }

  /**
   * Reads the schema anew, and waits for it.
   *
   * @param agreementWait how long to wait for the nodes to have one schema; zero or less not to
   *     wait
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time; what
   *     was known stays
   */
  public void refreshSchema(Duration agreementWait) {
    refresh("refreshSchema()", SchemaScope.EVERYTHING, Statement.nanos(agreementWait));
  }

  /**
   * Reads the schema anew, after the nodes have come to have one schema.
   *
   * @return done when {@link #metadata} has it; fails with {@link MetadataRefreshException}
   */
  public CompletableFuture<Void> refreshSchemaAsync() {
    return proxy().refreshSchema(SchemaScope.EVERYTHING, agreementNanos());
  }

  /**
   * Reads anew how a keyspace is replicated and written, but not what is in it, and waits for it,
   * after the nodes have come to have one schema. What is not there any more is forgotten.
   *
   * @param keyspace the keyspace's name
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time; what
   *     was known stays
   */
  public void refreshKeyspace(String keyspace) {
    refresh("refreshKeyspace()", SchemaScope.keyspace(keyspace), agreementNanos());
  }

  /**
   * Reads anew how a keyspace is replicated and written, and waits for it, as {@link
   * #refreshKeyspace(String)} does.
   *
   * @param keyspace the keyspace's name
   * @param agreementWait how long to wait for the nodes to have one schema; zero or less not to
   *     wait
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time; what
   *     was known stays
   */
  public void refreshKeyspace(String keyspace, Duration agreementWait) {
    refresh("refreshKeyspace()", SchemaScope.keyspace(keyspace), Statement.nanos(agreementWait));
  }

  /**
   * Reads anew a table with its indexes and triggers, or a materialized view, and waits for it,
   * after the nodes have come to have one schema. What is not there any more is forgotten.
   *
   * @param keyspace the keyspace's name
   * @param table the name
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time; what
   *     was known stays
   */
  public void refreshTable(String keyspace, String table) {
    refresh("refreshTable()", SchemaScope.table(keyspace, table), agreementNanos());
  }

  /**
   * Reads anew a table, and waits for it, as {@link #refreshTable(String, String)} does.
   *
   * @param keyspace the keyspace's name
   * @param table the table's name
   * @param agreementWait how long to wait for the nodes to have one schema; zero or less not to
   *     wait
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time; what
   *     was known stays
   */
  public void refreshTable(String keyspace, String table, Duration agreementWait) {
    refresh("refreshTable()", SchemaScope.table(keyspace, table), Statement.nanos(agreementWait));
  }

  /**
   * Reads anew a materialized view, and waits for it, after the nodes have come to have one schema.
   * What is not there any more is forgotten.
   *
   * @param keyspace the keyspace's name
   * @param view the name
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time; what
   *     was known stays
   */
  public void refreshMaterializedView(String keyspace, String view) {
    refresh("refreshMaterializedView()", SchemaScope.table(keyspace, view), agreementNanos());
  }

  /**
   * Reads anew a materialized view, and waits for it, as {@link #refreshMaterializedView(String,
   * String)} does.
   *
   * @param keyspace the keyspace's name
   * @param view the view's name
   * @param agreementWait how long to wait for the nodes to have one schema; zero or less not to
   *     wait
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time; what
   *     was known stays
   */
  public void refreshMaterializedView(String keyspace, String view, Duration agreementWait) {
    refresh(
        "refreshMaterializedView()",
        SchemaScope.table(keyspace, view),
        Statement.nanos(agreementWait));
  }

  /**
   * Reads anew a user-defined type, and waits for it, after the nodes have come to have one schema.
   * What is not there any more is forgotten.
   *
   * @param keyspace the keyspace's name
   * @param type the name
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time; what
   *     was known stays
   */
  public void refreshUserType(String keyspace, String type) {
    refresh("refreshUserType()", SchemaScope.type(keyspace, type), agreementNanos());
  }

  /**
   * Reads anew a user-defined type, and waits for it, as {@link #refreshUserType(String, String)}
   * does.
   *
   * @param keyspace the keyspace's name
   * @param type the type's name
   * @param agreementWait how long to wait for the nodes to have one schema; zero or less not to
   *     wait
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time; what
   *     was known stays
   */
  public void refreshUserType(String keyspace, String type, Duration agreementWait) {
    refresh("refreshUserType()", SchemaScope.type(keyspace, type), Statement.nanos(agreementWait));
  }

  /**
   * Reads anew the user-defined functions of a name, and waits for it, after the nodes have come to
   * have one schema. What is not there any more is forgotten.
   *
   * @param keyspace the keyspace's name
   * @param function the signature; those with other arguments are read too
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time; what
   *     was known stays
   */
  public void refreshFunction(String keyspace, FunctionSignature function) {
    refresh(
        "refreshFunction()", SchemaScope.functions(keyspace, function.name()), agreementNanos());
  }

  /**
   * Reads anew a function, and waits for it, as {@link #refreshFunction(String, FunctionSignature)}
   * does.
   *
   * @param keyspace the keyspace's name
   * @param function the function's name, with the types of its arguments
   * @param agreementWait how long to wait for the nodes to have one schema; zero or less not to
   *     wait
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time; what
   *     was known stays
   */
  public void refreshFunction(String keyspace, FunctionSignature function, Duration agreementWait) {
    refresh(
        "refreshFunction()",
        SchemaScope.functions(keyspace, function.name()),
        Statement.nanos(agreementWait));
  }

  /**
   * Reads anew the user-defined aggregates of a name, and waits for it, after the nodes have come
   * to have one schema. What is not there any more is forgotten.
   *
   * @param keyspace the keyspace's name
   * @param aggregate the signature; those with other arguments are read too
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time; what
   *     was known stays
   */
  public void refreshAggregate(String keyspace, FunctionSignature aggregate) {
    refresh(
        "refreshAggregate()", SchemaScope.aggregates(keyspace, aggregate.name()), agreementNanos());
  }

  /**
   * Reads anew an aggregate, and waits for it, as {@link #refreshAggregate(String,
   * FunctionSignature)} does.
   *
   * @param keyspace the keyspace's name
   * @param aggregate the aggregate's name, with the types of its arguments
   * @param agreementWait how long to wait for the nodes to have one schema; zero or less not to
   *     wait
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time; what
   *     was known stays
   */
  public void refreshAggregate(
      String keyspace, FunctionSignature aggregate, Duration agreementWait) {
    refresh(
        "refreshAggregate()",
        SchemaScope.aggregates(keyspace, aggregate.name()),
        Statement.nanos(agreementWait));
  }

  /**
   * Whether the nodes have one schema; waits for it as long as the cluster is set to. Right after
   * another client has changed the schema, the nodes may still agree on what was before: they tell
   * each other of the change once a second. Who has changed it by a session of this driver need not
   * ask: see {@link ResultSet#isSchemaAgreed}.
   *
   * @return true if all that are not down report one version
   */
  public boolean checkSchemaAgreement() {
    return await("checkSchemaAgreement()", proxy().schemaAgreement(agreementNanos()));
  }

  /**
   * Whether the nodes have one schema, which is waited for as long as the cluster is set to; see
   * {@link #checkSchemaAgreement} for what another client has just changed.
   *
   * @return true if all that are not down report one version
   */
  public CompletableFuture<Boolean> checkSchemaAgreementAsync() {
    return proxy().schemaAgreement(agreementNanos());
  }

  /**
   * Switches reading the schema on or off. What is known stays as it is when it is switched off.
   *
   * @param enabled whether to read it
   */
  public void setSchemaMetadataEnabled(boolean enabled) {
    proxy().enable(enabled, null);
  }

  /**
   * Switches reading tokens on or off. Without them requests go to any node.
   *
   * @param enabled whether to read them
   */
  public void setTokenMetadataEnabled(boolean enabled) {
    proxy().enable(null, enabled);
  }

  /**
   * Switches reading the schema and reading tokens on or off, both together.
   *
   * @param enabled whether to read them
   * @deprecated say which: {@link #setSchemaMetadataEnabled} and {@link #setTokenMetadataEnabled}
   */
  @Deprecated
  public void setMetadataRefreshEnabled(boolean enabled) {
    proxy().enable(enabled, enabled);
  }

  private void refresh(String what, SchemaScope scope, long mostNanos) {
    await(what, proxy().refreshSchema(scope, mostNanos));
  }

  private <T> T await(String what, CompletableFuture<T> future) {
    patience().checkMayWait(what);
    return patience().awaitOthers(future);
  }
}
