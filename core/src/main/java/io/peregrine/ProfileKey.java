package io.peregrine;

/**
 * Names an execution profile of a cluster. Immutable; keys of one name are equal.
 *
 * @see ClusterBuilder#executionProfile
 */
public final class ProfileKey {
  /** The profile of requests that name none. */
  public static final ProfileKey DEFAULT = of("default");

  /** The profile of graph queries that name none. */
  public static final ProfileKey GRAPH_DEFAULT = of("graph");

  /** The profile for graph queries of the server itself, such as those that make graphs. */
  public static final ProfileKey GRAPH_SYSTEM_DEFAULT = of("graph system");

  /** The profile for graph queries that DSE's analytics nodes answer. */
  public static final ProfileKey GRAPH_ANALYTICS_DEFAULT = of("graph analytics");

  private final String name;

  private ProfileKey(String name) {
    this.name = name;
  }

  /**
   * The key of a name.
   *
   * @param name the name; {@code default} is that of {@link #DEFAULT}, and {@code graph}, {@code
   *     graph system} and {@code graph analytics} are those of the graph profiles
   * @return the key
   * @throws IllegalArgumentException if the name is blank
   */
  public static ProfileKey of(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("an execution profile's name is blank; give it one");
    }
    return new ProfileKey(name);
  }

  /**
   * What it is called.
   *
   * @return the name, not blank
   */
  public String name() {
    return name;
  }

  @Override
  public boolean equals(Object other) {
    return this == other || other instanceof ProfileKey key && key.name.equals(name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
