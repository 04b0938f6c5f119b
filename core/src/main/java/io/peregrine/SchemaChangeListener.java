package io.peregrine;

import io.peregrine.metadata.AggregateMetadata;
import io.peregrine.metadata.FunctionMetadata;
import io.peregrine.metadata.KeyspaceMetadata;
import io.peregrine.metadata.TableMetadata;
import io.peregrine.metadata.UserTypeMetadata;
import io.peregrine.metadata.ViewMetadata;

/**
 * Is told what changes in the schema, as soon as the metadata has it. Called on the conductor's
 * thread, so it must not block; what it throws is logged.
 *
 * <p>What is there when the cluster is first connected to is not told. A keyspace that comes or
 * goes is told together with everything in it.
 */
public interface SchemaChangeListener {
  /**
   * There is a new keyspace.
   *
   * @param created the keyspace
   */
  default void onKeyspaceCreated(KeyspaceMetadata created) {}

  /**
   * There is another keyspace in the place of one.
   *
   * @param current the keyspace as it is now
   * @param previous as it was
   */
  default void onKeyspaceUpdated(KeyspaceMetadata current, KeyspaceMetadata previous) {}

  /**
   * A keyspace has gone.
   *
   * @param dropped the keyspace, as it was
   */
  default void onKeyspaceDropped(KeyspaceMetadata dropped) {}

  /**
   * There is a new table.
   *
   * @param created the table
   */
  default void onTableCreated(TableMetadata created) {}

  /**
   * There is another table in the place of one.
   *
   * @param current the table as it is now
   * @param previous as it was
   */
  default void onTableUpdated(TableMetadata current, TableMetadata previous) {}

  /**
   * A table has gone.
   *
   * @param dropped the table, as it was
   */
  default void onTableDropped(TableMetadata dropped) {}

  /**
   * There is a new materialized view.
   *
   * @param created the materialized view
   */
  default void onViewCreated(ViewMetadata created) {}

  /**
   * There is another materialized view in the place of one.
   *
   * @param current the materialized view as it is now
   * @param previous as it was
   */
  default void onViewUpdated(ViewMetadata current, ViewMetadata previous) {}

  /**
   * A materialized view has gone.
   *
   * @param dropped the materialized view, as it was
   */
  default void onViewDropped(ViewMetadata dropped) {}

  /**
   * There is a new user-defined type.
   *
   * @param created the user-defined type
   */
  default void onUserTypeCreated(UserTypeMetadata created) {}

  /**
   * There is another user-defined type in the place of one.
   *
   * @param current the user-defined type as it is now
   * @param previous as it was
   */
  default void onUserTypeUpdated(UserTypeMetadata current, UserTypeMetadata previous) {}

  /**
   * A user-defined type has gone.
   *
   * @param dropped the user-defined type, as it was
   */
  default void onUserTypeDropped(UserTypeMetadata dropped) {}

  /**
   * There is a new user-defined function.
   *
   * @param created the user-defined function
   */
  default void onFunctionCreated(FunctionMetadata created) {}

  /**
   * There is another user-defined function in the place of one.
   *
   * @param current the user-defined function as it is now
   * @param previous as it was
   */
  default void onFunctionUpdated(FunctionMetadata current, FunctionMetadata previous) {}

  /**
   * A user-defined function has gone.
   *
   * @param dropped the user-defined function, as it was
   */
  default void onFunctionDropped(FunctionMetadata dropped) {}

  /**
   * There is a new user-defined aggregate.
   *
   * @param created the user-defined aggregate
   */
  default void onAggregateCreated(AggregateMetadata created) {}

  /**
   * There is another user-defined aggregate in the place of one.
   *
   * @param current the user-defined aggregate as it is now
   * @param previous as it was
   */
  default void onAggregateUpdated(AggregateMetadata current, AggregateMetadata previous) {}

  /**
   * A user-defined aggregate has gone.
   *
   * @param dropped the user-defined aggregate, as it was
   */
  default void onAggregateDropped(AggregateMetadata dropped) {}
}
