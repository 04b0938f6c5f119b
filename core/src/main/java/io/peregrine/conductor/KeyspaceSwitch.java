package io.peregrine.conductor;

import io.peregrine.SetKeyspaceException;
import io.peregrine.codec.DriverException;
import io.peregrine.io.Connection;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One change of a session's keyspace, on all of its connections. Confined to the conductor's
 * thread.
 */
final class KeyspaceSwitch {
  private static final Logger LOG = LoggerFactory.getLogger(KeyspaceSwitch.class);

  private final PoolContext<?> context;
  private final String name;
  private final List<CompletableFuture<?>> answers = new ArrayList<>();
  private final Map<InetSocketAddress, Throwable> errors = new LinkedHashMap<>();
  private int refused;

  KeyspaceSwitch(PoolContext<?> context, String name) {
    this.context = context;
    this.name = name;
  }

  /** Makes one connection use a keyspace. */
  static CompletableFuture<List<Map<String, @Nullable Object>>> ask(
      PoolContext<?> context, Connection connection, String name) {
    return ConductorRequest.query(
        context.conductor(), connection, statement(name), context.template().timeoutNanos());
  }

  static String statement(String name) {
    return "USE \"" + name.replace("\"", "\"\"") + "\"";
  }

  /** Makes one of the connections use the keyspace; tells if it does not. */
  void use(Connection connection, Consumer<DriverException> onRefused) {
    answers.add(
        ask(context, connection, name)
            .handle(
                (rows, error) -> {
                  if (error != null) {
                    DriverException cause = new DriverException(error.getMessage(), error);
                    refused++;
                    errors.putIfAbsent(connection.remoteAddress(), cause);
                    onRefused.accept(cause);
                  }
                  return null;
                }));
  }

  /**
   * When each connection has answered, or failed to.
   *
   * @return fails with a {@link SetKeyspaceException} if one could not be made to use it
   */
  CompletableFuture<Void> done() {
    int asked = answers.size();
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenRun(
            () -> {
              if (refused > 0) {
                LOG.warn(
                    "{} of {} connections could not be made to use keyspace '{}', and others take"
                        + " their place: {}",
                    refused,
                    asked,
                    name,
                    errors);
                throw new SetKeyspaceException(name, errors);
              }
            });
  }
}
