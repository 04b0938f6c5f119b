package io.peregrine.testkit.cassandra;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Gives tests the shared server, and closes it with the root of the test run. Jupiter calls it from
 * the threads that run tests.
 */
final class SharedCassandraExtension
    implements BeforeAllCallback, AfterAllCallback, ParameterResolver, TestWatcher {
  private static final Namespace NAMESPACE = Namespace.create(SharedCassandraExtension.class);

  private static final Logger LOGGER = System.getLogger(SharedCassandraExtension.class.getName());

  /** Jupiter closes what lies in a store when the store's context ends. */
  private static final AutoCloseable CLOSER = SharedCassandra::close;

  SharedCassandraExtension() {}

  @Override
  public void beforeAll(ExtensionContext context) {
    context.getRoot().getStore(NAMESPACE).put(CLOSER, CLOSER);
    SharedCassandra.server();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (context.getExecutionException().isPresent()) {
      keepLogs(context);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == CassandraServer.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return SharedCassandra.server();
  }

  @Override
  public void testFailed(ExtensionContext context, Throwable cause) {
    keepLogs(context);
  }

  private static void keepLogs(ExtensionContext context) {
    SharedCassandra.ifRunning(
        server -> LOGGER.log(Level.WARNING, context.getDisplayName() + ": " + server.keepLogs()));
  }
}
