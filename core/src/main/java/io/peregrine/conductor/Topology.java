package io.peregrine.conductor;

import io.peregrine.metadata.TokenTexts;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who is in the cluster, as one of its nodes tells. Immutable.
 *
 * @param clusterName the name of the cluster
 * @param partitioner the class name of its partitioner
 * @param hasTokens whether it was asked for tokens
 * @param members the nodes; the one that was asked is the first
 * @param unfinished what stands for those that are left out because they do not tell all of
 *     themselves, as a node that joins does not
 */
record Topology(
    String clusterName,
    String partitioner,
    boolean hasTokens,
    List<Member> members,
    Set<Object> unfinished) {
  /** The same with other nodes. */
  Topology of(List<Member> others) {
    return new Topology(clusterName, partitioner, hasTokens, others, unfinished);
  }

  /**
   * One node.
   *
   * @param hostId what identifies it
   * @param told the address that it tells, as events have it too
   * @param details what it tells of itself, with the address by which this client reaches it
   * @param tokens its tokens; empty if they were not asked for
   * @param schemaVersion the version of its schema, or null if it does not tell
   */
  record Member(
      UUID hostId,
      InetSocketAddress told,
      ClusterNode.Details details,
      TokenTexts tokens,
      @Nullable UUID schemaVersion) {}
}
