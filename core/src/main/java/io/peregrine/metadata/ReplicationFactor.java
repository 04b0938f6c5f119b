package io.peregrine.metadata;

/**
 * How many nodes have a key. Immutable; any thread may use it.
 *
 * @param all how many, transient replicas among them
 * @param full how many of them keep it for good
 */
record ReplicationFactor(int all, int full) {
  /**
   * Reads a replication setting.
   *
   * @param text such as 3, or 3/1 for three of which one is transient
   * @return the factor
   * @throws NumberFormatException if it is none
   */
  static ReplicationFactor parse(String text) {
    int slash = text.indexOf('/');
    int all = Integer.parseInt(slash < 0 ? text : text.substring(0, slash));
    int transients = slash < 0 ? 0 : Integer.parseInt(text.substring(slash + 1));
    if (all < 0 || transients < 0 || transients > all) {
      throw new NumberFormatException(text);
    }
    return new ReplicationFactor(all, all - transients);
  }

  /**
   * What remains of it where there are not so many nodes: transient replicas go first.
   *
   * @param nodes how many there are
   * @return this, or a smaller one
   */
  ReplicationFactor upTo(int nodes) {
    return all <= nodes ? this : new ReplicationFactor(nodes, Math.min(full, nodes));
  }
}
