package io.peregrine;

import java.time.Duration;

/**
 * A cluster that has time: what a machine that stands still for some seconds makes late is waited
 * for all the same. It is for tests that are not about these times.
 */
public final class PatientCluster {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private PatientCluster() {}

  /**
   * Begins one.
   *
   * @return a builder that says how long nodes are waited for, and nothing else
   */
  public static ClusterBuilder builder() {
    return Cluster.builder().connectTimeout(PATIENCE).controlConnectionTimeout(PATIENCE);
  }
}
