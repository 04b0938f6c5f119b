package io.peregrine.metadata;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a keyspace is told when it is made. Immutable; any thread may use it.
 *
 * @param replication how many replicas there are and where, as the system tables have it; empty if
 *     there is no such setting
 * @param isDurable whether writes go to the commit log
 * @param isVirtual whether its tables are views of what a node has in its memory
 * @param graphEngine the engine of the graph that DSE keeps in it; empty if it is none
 */
public record KeyspaceSettings(
    Map<String, String> replication, boolean isDurable, boolean isVirtual, String graphEngine) {
  /** Copies the settings, so that a later change of them does not reach this. */
  public KeyspaceSettings {
    replication = Collections.unmodifiableMap(new TreeMap<>(replication));
  }

  /**
   * The settings of a keyspace that is replicated, and not virtual.
   *
   * @param replication how many replicas there are and where
   * @param isDurable whether writes go to the commit log
   */
  public KeyspaceSettings(Map<String, String> replication, boolean isDurable) {
    this(replication, isDurable, false, "");
  }
}
