package io.peregrine.testkit.cassandra;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of one node. It keeps no state, so any thread may use it.
 *
 * <p>The flags make a node start fast and small: no waiting for gossip to settle, one cheap garbage
 * collector, one cheap compiler, cheap password hashes. The packages it opens are those that
 * Cassandra's own start script opens.
 */
final class ServerCommand {
  private static final int FIRST_JAVA_WITH_GUARDED_UNSAFE = 24;

  private static final int DELAY_MILLIS = 1000;

  /** A node that has not heard of any other by then gives up, however busy the machine is. */
  private static final int JOIN_DELAY_MILLIS = 4000;

  private static final List<String> EXPORTS =
      List.of(
          "java.base/jdk.internal.misc",
          "java.base/java.lang.ref",
          "java.management.rmi/com.sun.jmx.remote.internal.rmi",
          "java.rmi/sun.rmi.registry",
          "java.rmi/sun.rmi.server",
          "java.sql/java.sql",
          "jdk.unsupported/sun.misc",
          "jdk.compiler/com.sun.tools.javac.file",
          "jdk.attach/sun.tools.attach");

  private static final List<String> OPENS =
      List.of(
          "java.base/java.lang.module",
          "java.base/jdk.internal.loader",
          "java.base/jdk.internal.ref",
          "java.base/jdk.internal.reflect",
          "java.base/jdk.internal.math",
          "java.base/jdk.internal.module",
          "java.base/jdk.internal.util.jar",
          "java.base/sun.nio.ch",
          "java.base/java.io",
          "java.base/java.lang.reflect",
          "java.base/java.lang",
          "java.base/java.util",
          "jdk.management/com.sun.management.internal",
          "jdk.compiler/com.sun.tools.javac");

  private ServerCommand() {}

  /** The command for a node whose files are in {@code folder}; it may join others that run. */
  static List<String> of(CassandraSpec spec, boolean joins, Path folder, String classPath) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    addJvmFlags(command, spec.heapMegabytes());
    addFiles(command, folder);
    addHaste(command, spec.nodes());
    command.add("-Dcassandra.ring_delay_ms=" + (joins ? JOIN_DELAY_MILLIS : DELAY_MILLIS));
    command.addAll(spec.jvmFlags());
    command.add("-cp");
    command.add(classPath);
    command.add("org.apache.cassandra.service.CassandraDaemon");
    return command;
  }

  private static void addJvmFlags(List<String> command, int heapMegabytes) {
    command.add("-Xms64m");
    command.add("-Xmx" + heapMegabytes + "m");
    command.add("-Xss512k");
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("-XX:-UsePerfData");
    for (String name : EXPORTS) {
      command.add("--add-exports=" + name + "=ALL-UNNAMED");
    }
    for (String name : OPENS) {
      command.add("--add-opens=" + name + "=ALL-UNNAMED");
    }
    if (Runtime.version().feature() >= FIRST_JAVA_WITH_GUARDED_UNSAFE) {
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.add("-Djdk.attach.allowAttachSelf=true");
    command.add("-Djava.net.preferIPv4Stack=true");
    command.add("-Dio.netty.tryReflectionSetAccessible=true");
  }

  private static void addFiles(List<String> command, Path folder) {
    // Native libraries are unpacked here: a killed node then leaves none of them behind.
    command.add("-Djava.io.tmpdir=" + folder.resolve(NodeFiles.TEMPORARY));
    command.add("-Dcassandra.config=" + folder.resolve(NodeFiles.YAML).toUri());
    command.add("-Dcassandra-rackdc.properties=" + folder.resolve(NodeFiles.RACK).toUri());
    command.add("-Dlogback.configurationFile=" + folder.resolve(NodeFiles.LOGBACK));
    command.add("-Dcassandra.storagedir=" + folder.resolve(NodeFiles.DATA));
    command.add("-Dcassandra.logdir=" + folder);
    command.add("-Dcassandra.triggers_dir=" + folder.resolve(NodeFiles.TRIGGERS));
    command.add("-Dcassandra-foreground=yes");
  }

  private static void addHaste(List<String> command, int nodes) {
    command.add("-Dcassandra.skip_wait_for_gossip_to_settle=0");
    command.add("-Dcassandra.superuser_setup_delay_ms=100");
    command.add("-Dcassandra.shutdown_announce_in_ms=0");
    command.add("-Dcassandra.memtable.row_overhead_size=180");
    command.add("-Dcassandra.auth_bcrypt_gensalt_log2_rounds=4");
    command.add("-Dcassandra.schema_pull_interval_ms=1000");
    // A node that was not told of a change, because it was held for dead, asks for it this late.
    command.add("-Dcassandra.migration_delay_ms=1000");
    command.add("-Dcassandra.role_password_update_min_interval_in_ms=0");
    command.add("-Dcassandra.system_distributed.default_rf=1");
    command.add("-Dcassandra.system_traces.default_rf=1");
    command.add("-Dcassandra.system_auth.default_rf=" + nodes);
    command.add("-Dcassandra.fd_initial_value_ms=2000");
    command.add("-Dcassandra.fd_max_interval_ms=2000");
  }
}
