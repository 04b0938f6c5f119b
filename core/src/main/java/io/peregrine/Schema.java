package io.peregrine;

import io.peregrine.conductor.ClusterProxy;
import io.peregrine.conductor.SchemaScope;
import io.peregrine.io.Nanos;
import io.peregrine.metadata.FunctionSignature;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * How the driver keeps up with a cluster's schema; what it knows of it is in {@link
 * Cluster#metadata}. Any thread may use it, as it may use the cluster.
 *
 * <p>The driver reads by itself what the cluster says has changed. {@code refresh} has it read now,
 * also while that is switched off, after the nodes have come to have one schema: for that it waits
 * as long as {@link ClusterBuilder#maxSchemaAgreementWait} says, unless the call says otherwise.
 * What is not there any more is forgotten. All but {@link #refreshAsync} wait until {@link
 * Cluster#metadata} has it; if it cannot be read, or the nodes do not agree in time, they throw
 * {@link MetadataRefreshException}, and what was known stays.
 *
 * <p>Names are as the server has them: without quotes, and case-sensitive.
 */
public final class Schema {
  private final ClusterProxy proxy;
  private final Patience patience;

  /** How long nodes are waited for to have one schema, unless a call says otherwise, in ns. */
  private final long agreementNanos;

  Schema(ClusterProxy proxy, Patience patience, long agreementNanos) {
    this.proxy = proxy;
    this.patience = patience;
    this.agreementNanos = agreementNanos;
  }

  /**
   * Has somebody told what changes.
   *
   * @param listener called on the conductor's thread; must not block
   */
  public void addListener(SchemaChangeListener listener) {
    proxy.schemaListeners().add(Objects.requireNonNull(listener, "listener"));
  }

  /**
   * Has a listener told nothing more.
   *
   * @param listener the listener
   * @return false if it was not told anything anyway
   */
  public boolean removeListener(SchemaChangeListener listener) {
    return proxy.schemaListeners().remove(listener);
  }

  /**
   * Whether the nodes have one schema; waits for it as long as the cluster is set to. Right after
   * another client has changed the schema, the nodes may still agree on what was before: they tell
   * each other of the change once a second. Who has changed it by a session of this driver need not
   * ask: see {@link ResultSet#isSchemaAgreed}.
   *
   * @return true if all that are not down report one version
   */
  public boolean checkAgreement() {
    patience.checkMayWait("schema().checkAgreement()");
    return patience.awaitOthers(checkAgreementAsync());
  }

  /**
   * Whether the nodes have one schema, as {@link #checkAgreement} tells it. Never waits.
   *
   * @return true if all that are not down report one version, when they do or it has been waited
   *     for as long as the cluster is set to
   */
  public CompletableFuture<Boolean> checkAgreementAsync() {
    return proxy.schemaAgreement(agreementNanos);
  }

  /**
   * Reads the schema anew.
   *
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time
   */
  public void refresh() {
    read("refresh()", SchemaScope.EVERYTHING, agreementNanos);
  }

  /**
   * Reads the schema anew.
   *
   * @param agreementWait how long to wait for the nodes to have one schema; zero or less not to
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time
   */
  public void refresh(Duration agreementWait) {
    read("refresh()", SchemaScope.EVERYTHING, Nanos.of(agreementWait));
  }

  /**
   * Reads the schema anew. Never waits.
   *
   * @return done when {@link Cluster#metadata} has it; fails with {@link MetadataRefreshException}
   */
  public CompletableFuture<Void> refreshAsync() {
    return proxy.refreshSchema(SchemaScope.EVERYTHING, agreementNanos);
  }

  /**
   * Reads anew how a keyspace is replicated and written, but not what is in it.
   *
   * @param keyspace the keyspace's name
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time
   */
  public void refreshKeyspace(String keyspace) {
    read("refreshKeyspace()", SchemaScope.keyspace(keyspace), agreementNanos);
  }

  /**
   * Reads anew how a keyspace is replicated and written, but not what is in it.
   *
   * @param keyspace the keyspace's name
   * @param agreementWait how long to wait for the nodes to have one schema; zero or less not to
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time
   */
  public void refreshKeyspace(String keyspace, Duration agreementWait) {
    read("refreshKeyspace()", SchemaScope.keyspace(keyspace), Nanos.of(agreementWait));
  }

  /**
   * Reads anew a table with its indexes and triggers, or the materialized view of that name.
   *
   * @param keyspace the keyspace's name
   * @param table the table's name
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time
   */
  public void refreshTable(String keyspace, String table) {
    read("refreshTable()", SchemaScope.table(keyspace, table), agreementNanos);
  }

  /**
   * Reads anew a table with its indexes and triggers, or the materialized view of that name.
   *
   * @param keyspace the keyspace's name
   * @param table the table's name
   * @param agreementWait how long to wait for the nodes to have one schema; zero or less not to
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time
   */
  public void refreshTable(String keyspace, String table, Duration agreementWait) {
    read("refreshTable()", SchemaScope.table(keyspace, table), Nanos.of(agreementWait));
  }

  /**
   * Reads anew a materialized view.
   *
   * @param keyspace the keyspace's name
   * @param view the view's name
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time
   */
  public void refreshMaterializedView(String keyspace, String view) {
    read("refreshMaterializedView()", SchemaScope.table(keyspace, view), agreementNanos);
  }

  /**
   * Reads anew a materialized view.
   *
   * @param keyspace the keyspace's name
   * @param view the view's name
   * @param agreementWait how long to wait for the nodes to have one schema; zero or less not to
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time
   */
  public void refreshMaterializedView(String keyspace, String view, Duration agreementWait) {
    read("refreshMaterializedView()", SchemaScope.table(keyspace, view), Nanos.of(agreementWait));
  }

  /**
   * Reads anew a user-defined type.
   *
   * @param keyspace the keyspace's name
   * @param type the type's name
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time
   */
  public void refreshUserType(String keyspace, String type) {
    read("refreshUserType()", SchemaScope.type(keyspace, type), agreementNanos);
  }

  /**
   * Reads anew a user-defined type.
   *
   * @param keyspace the keyspace's name
   * @param type the type's name
   * @param agreementWait how long to wait for the nodes to have one schema; zero or less not to
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time
   */
  public void refreshUserType(String keyspace, String type, Duration agreementWait) {
    read("refreshUserType()", SchemaScope.type(keyspace, type), Nanos.of(agreementWait));
  }

  /**
   * Reads anew the user-defined functions of a name.
   *
   * @param keyspace the keyspace's name
   * @param function the signature; those with other arguments are read too
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time
   */
  public void refreshFunction(String keyspace, FunctionSignature function) {
    read("refreshFunction()", SchemaScope.functions(keyspace, function.name()), agreementNanos);
  }

  /**
   * Reads anew the user-defined functions of a name.
   *
   * @param keyspace the keyspace's name
   * @param function the signature; those with other arguments are read too
   * @param agreementWait how long to wait for the nodes to have one schema; zero or less not to
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time
   */
  public void refreshFunction(String keyspace, FunctionSignature function, Duration agreementWait) {
    SchemaScope functions = SchemaScope.functions(keyspace, function.name());
    read("refreshFunction()", functions, Nanos.of(agreementWait));
  }

  /**
   * Reads anew the user-defined aggregates of a name.
   *
   * @param keyspace the keyspace's name
   * @param aggregate the signature; those with other arguments are read too
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time
   */
  public void refreshAggregate(String keyspace, FunctionSignature aggregate) {
    read("refreshAggregate()", SchemaScope.aggregates(keyspace, aggregate.name()), agreementNanos);
  }

  /**
   * Reads anew the user-defined aggregates of a name.
   *
   * @param keyspace the keyspace's name
   * @param aggregate the signature; those with other arguments are read too
   * @param agreementWait how long to wait for the nodes to have one schema; zero or less not to
   * @throws MetadataRefreshException if it cannot be read, or the nodes do not agree in time
   */
  public void refreshAggregate(
      String keyspace, FunctionSignature aggregate, Duration agreementWait) {
    SchemaScope aggregates = SchemaScope.aggregates(keyspace, aggregate.name());
    read("refreshAggregate()", aggregates, Nanos.of(agreementWait));
  }

  private void read(String what, SchemaScope scope, long mostNanos) {
    patience.checkMayWait("schema()." + what);
    patience.awaitOthers(proxy.refreshSchema(scope, mostNanos));
  }
}
