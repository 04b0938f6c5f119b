package io.peregrine.testkit.cassandra;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import javax.management.Attribute;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * What {@code nodetool} would ask a node, asked by the same management beans: it attaches to the
 * node's process, so the node needs no port for it. Confined to one thread.
 */
public final class NodeOperator implements AutoCloseable {
  private static final String STORAGE = "org.apache.cassandra.db:type=StorageService";
  private static final String FAILURES = "org.apache.cassandra.net:type=FailureDetector";
  private static final String MESSAGES = "org.apache.cassandra.net:type=MessagingService";

  private final JMXConnector connector;
  private final MBeanServerConnection beans;

  private NodeOperator(JMXConnector connector) throws IOException {
    this.connector = connector;
    this.beans = connector.getMBeanServerConnection();
  }

  static NodeOperator attach(long pid) {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
      try {
        JMXServiceURL url = new JMXServiceURL(machine.startLocalManagementAgent());
        return new NodeOperator(JMXConnectorFactory.connect(url));
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException | IOException e) {
      throw new IllegalStateException("cannot attach to process " + pid, e);
    }
  }

  /**
   * Which nodes have a key, as the node sees it: {@code nodetool getendpoints}.
   *
   * @param keyspace the keyspace
   * @param table the table
   * @param key the partition key as text; the components of a composite one with colons between
   * @return the storage addresses of the replicas
   */
  public List<InetAddress> replicas(String keyspace, String table, String key) {
    Object answer =
        invoke(
            "getNaturalEndpoints",
            new Object[] {keyspace, table, key},
            String.class,
            String.class,
            String.class);
    List<InetAddress> replicas = new ArrayList<>();
    for (Object address : (List<?>) answer) {
      replicas.add((InetAddress) address);
    }
    return replicas;
  }

  /** Has the node hand its data to the others and leave the cluster. Its process stays. */
  public void decommission() {
    invoke("decommission", new Object[] {true}, boolean.class);
  }

  /**
   * Sets how soon the node holds a silent one for dead.
   *
   * @param phi its threshold; 1.5 comes to some five seconds
   */
  public void convictAt(double phi) {
    try {
      beans.setAttribute(new ObjectName(FAILURES), new Attribute("PhiConvictThreshold", phi));
    } catch (JMException | IOException e) {
      throw new IllegalStateException("the failure detector's threshold cannot be set", e);
    }
  }

  /** Has the node read its stores of keys and certificates again, for connections from now on. */
  public void reloadCertificates() {
    try {
      beans.invoke(new ObjectName(MESSAGES), "reloadSslCertificates", null, null);
    } catch (JMException | IOException e) {
      throw new IllegalStateException("the certificates cannot be read again", e);
    }
  }

  private Object invoke(String operation, Object[] arguments, Class<?>... types) {
    String[] signature = new String[types.length];
    for (int i = 0; i < types.length; i++) {
      signature[i] = types[i].getName();
    }
    try {
      return beans.invoke(new ObjectName(STORAGE), operation, arguments, signature);
    } catch (JMException | IOException e) {
      throw new IllegalStateException(operation + " failed", e);
    }
  }

  @Override
  public void close() {
    try {
      connector.close();
    } catch (IOException ignored) {
      // The node is gone, and with it the connection.
    }
  }
}
