package io.peregrine.conductor;

import io.peregrine.codec.DriverException;
import io.peregrine.io.Connection;
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
  private final Map<Connection, String> errors = new LinkedHashMap<>();

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
                    errors.put(connection, String.valueOf(error.getMessage()));
                    onRefused.accept(new DriverException(error.getMessage(), error));
                  }
                  return null;
                }));
  }

  /** When each connection has answered, or failed to. */
  CompletableFuture<Void> done() {
    int asked = answers.size();
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenRun(
            () -> {
              if (!errors.isEmpty()) {
                LOG.warn(
                    "{} of {} connections could not be made to use keyspace '{}', and others take"
                        + " their place: {}",
                    errors.size(),
                    asked,
                    name,
                    errors);
              }
            });
  }
}
