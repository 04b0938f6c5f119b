package io.peregrine;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.compress.Compression;
import io.peregrine.conductor.ContactPoints;
import io.peregrine.conductor.ContactSettings;
import io.peregrine.io.Nanos;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a cluster is to be found and spoken to, as its builder is told. Not thread-safe. */
final class ContactChoices {
  private static final Logger LOG = LoggerFactory.getLogger(ContactChoices.class);
  private static final String LOCALHOST = "127.0.0.1";

  private final List<InetSocketAddress> addresses = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final Map<String, String> startupOptions = new TreeMap<>();
  private int port = 9042;
  private @Nullable ProtocolVersion version;
  private boolean allowsBeta;
  private Compression compression = Compression.NONE;
  private Duration connectTimeout = Duration.ofSeconds(5);
  private Duration controlTimeout = Duration.ofSeconds(2);

  void add(String host) {
    if (host.isBlank()) {
      throw new IllegalArgumentException("an empty contact point");
    }
    names.add(host);
  }

  void add(InetSocketAddress address) {
    addresses.add(Objects.requireNonNull(address, "address"));
  }

  void port(int port) {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port " + port + "; 1 to 65535 are possible");
    }
    this.port = port;
  }

  void version(ProtocolVersion version) {
    if (version.isBeta() && !allowsBeta) {
      throw new IllegalArgumentException(
          version
              + " is a beta, which servers may change at any time; use V5, or leave it unset, or"
              + " call allowBetaProtocolVersion(true) first");
    }
    checkCompression(compression, version);
    this.version = version;
  }

  void allowBeta(boolean allowed) {
    this.allowsBeta = allowed;
  }

  void cqlVersion(String cqlVersion) {
    if (cqlVersion.isBlank()) {
      throw new IllegalArgumentException("an empty CQL version");
    }
    startupOption("CQL_VERSION", cqlVersion);
  }

  void compression(Compression compression) {
    checkCompression(compression, version);
    this.compression = compression;
  }

  private static void checkCompression(Compression compression, @Nullable ProtocolVersion version) {
    if (version != null && !compression.isIn(version)) {
      throw new IllegalArgumentException(
          "Protocol "
              + version
              + " does not have the compression "
              + compression
              + "; use LZ4 or AUTO, or protocol V4");
    }
  }

  void connectTimeout(Duration timeout) {
    if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "a connect timeout of " + timeout + "; more than zero and up to a day");
    }
    this.connectTimeout = timeout;
  }

  void controlTimeout(Duration timeout) {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException(
          "a control connection timeout of " + timeout + "; it may not be negative");
    }
    this.controlTimeout = timeout;
  }

  /** Sets what the servers are told about this client. */
  void startupOption(String name, String value) {
    startupOptions.put(name, value);
  }

  Map<String, String> startupOptions() {
    Map<String, String> options = new TreeMap<>(startupOptions);
    options.put("DRIVER_NAME", "Peregrine");
    options.put("DRIVER_VERSION", Cluster.VERSION);
    return options;
  }

  /** The contact points, of which names are not looked up yet. */
  List<InetSocketAddress> all() {
    List<InetSocketAddress> all = new ArrayList<>(addresses);
    for (String name : names) {
      all.add(InetSocketAddress.createUnresolved(name, port));
    }
    if (all.isEmpty()) {
      all.add(InetSocketAddress.createUnresolved(LOCALHOST, port));
    }
    return all;
  }

  ContactSettings settings() {
    long timeout = Nanos.of(controlTimeout);
    return new ContactSettings(
        new ContactPoints(all()),
        port,
        version,
        compression,
        connectTimeout.toNanos(),
        timeout == 0 ? Long.MAX_VALUE : timeout);
  }

  /** Here, and not on the selector's thread when the first connection needs them. */
  void loadLibraries() {
    Compression first = compression == Compression.AUTO ? Compression.LZ4 : compression;
    Throwable why = first.whyNotNative();
    if (why != null) {
      LOG.warn(
          "The native library for {} cannot be loaded, so {}: {}",
          first,
          compression == Compression.AUTO
              ? "it is left out"
              : "pure Java compresses, which is slower and allocates",
          why.toString());
    }
  }
}
