package io.peregrine.bench.rig;

import java.util.List;
import java.util.stream.Stream;

/**
 * The drivers that are compared, in the order of the tables. A new one is one line here and one
 * plug-in. Constants: any thread may use them.
 */
public enum Entrant {
  /** A bare socket on the application's thread. */
  FLOOR("floor", "floor (raw NIO)", Kind.FLOOR, "FloorDriver$Plugin", ""),
  /** A bare socket on a thread of its own. */
  HAND_OFF("hand-off", "floor with hand-off", Kind.FLOOR, "HandOffDriver$Plugin", ""),
  /** Flyweights, no threads. */
  INVOKED("peregrine-invoked", "Peregrine, invoked", Kind.OWN, "InvokedDriver$Plugin", ""),
  /** Flyweights, the driver's threads. */
  FLYWEIGHT("peregrine-flyweight", "Peregrine, flyweight", Kind.OWN, "FlyweightDriver$Plugin", ""),
  /** Futures and waiting calls, the driver's threads. */
  CONVENIENT("peregrine", "Peregrine, convenient", Kind.OWN, "ConvenientDriver$Plugin", ""),
  /** Waiting calls of a session that the application's thread runs itself. */
  CALLER_RUNS(
      "peregrine-caller-runs",
      "Peregrine, caller runs",
      Kind.OWN,
      "ConvenientDriver$CallerRunsPlugin",
      ""),
  /** Apache Cassandra's Java driver. */
  JAVA_DRIVER("java-driver", "Java driver 4.19", Kind.PEER, "JavaDriver4$Plugin", "java-driver"),
  /** Scylla's fork of it. */
  SCYLLA("scylla", "Scylla 4.18", Kind.PEER, "JavaDriver4$Plugin", "scylla"),
  /** Its forerunner. */
  JAVA_DRIVER_3(
      "java-driver-3", "Java driver 3.11", Kind.PEER, "JavaDriver3$Plugin", "java-driver-3");

  /** What a driver is in the comparison. */
  public enum Kind {
    /** What no driver can do without. */
    FLOOR,
    /** This project's. */
    OWN,
    /** Somebody else's. */
    PEER
  }

  private final String id;
  private final String title;
  private final Kind kind;
  private final String plugin;
  private final String peer;

  Entrant(String id, String title, Kind kind, String plugin, String peer) {
    this.id = id;
    this.title = title;
    this.kind = kind;
    this.plugin = Entrant.class.getPackageName() + "." + plugin;
    this.peer = peer;
  }

  /**
   * What options and files call it.
   *
   * @return a short name
   */
  public String id() {
    return id;
  }

  /**
   * What people call it.
   *
   * @return a few words
   */
  public String title() {
    return title;
  }

  /**
   * What it is in the comparison.
   *
   * @return its kind
   */
  public Kind kind() {
    return kind;
  }

  /**
   * The folder below {@code jmh/peers} that names its libraries.
   *
   * @return a name; empty if the rig's own class path has them
   */
  public String peer() {
    return peer;
  }

  /**
   * Its plug-in. Its class is loaded here and not before, for its libraries are not always there.
   *
   * @return a new one
   */
  public Driver.Plugin newPlugin() {
    try {
      return (Driver.Plugin) Class.forName(plugin).getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no plug-in " + plugin, e);
    }
  }

  /**
   * The drivers with these ids.
   *
   * @param ids separated by commas; all if empty
   * @return in the order of this class
   */
  public static List<Entrant> of(String ids) {
    if (ids.isBlank()) {
      return List.of(values());
    }
    List<String> wanted = List.of(ids.trim().split("\\s*,\\s*"));
    List<String> known = Stream.of(values()).map(Entrant::id).toList();
    if (!known.containsAll(wanted)) {
      throw new IllegalArgumentException("drivers " + wanted + "; there are " + known);
    }
    return Stream.of(values()).filter(entrant -> wanted.contains(entrant.id)).toList();
  }
}
