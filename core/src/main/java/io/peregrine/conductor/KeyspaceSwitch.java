package io.peregrine.conductor;

import io.peregrine.OperationTimedOutException;
import io.peregrine.SetKeyspaceException;
import io.peregrine.codec.DriverException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One change of a session's keyspace, on all of its connections. Confined to the conductor's
 * thread.
 */
public final class KeyspaceSwitch {
  private static final Logger LOG = LoggerFactory.getLogger(KeyspaceSwitch.class);

  private final String name;
  private final List<CompletableFuture<?>> answers = new ArrayList<>();
  private final Map<InetSocketAddress, Throwable> errors = new LinkedHashMap<>();
  private int refused;

  KeyspaceSwitch(String name) {
    this.name = name;
  }

  /**
   * What makes a connection use a keyspace. For any thread.
   *
   * @param name the keyspace's name, as the server has it
   * @return the query, in which that is one name, whatever is in it
   */
  public static String statement(String name) {
    return "USE \"" + name.replace("\"", "\"\"") + "\"";
  }

  /** Makes one of the connections use the keyspace; tells if it does not. */
  void use(ConnectionKeyspace following, Consumer<DriverException> onRefused) {
    answers.add(
        following
            .follow()
            .handle(
                (used, error) -> {
                  if (error != null) {
                    DriverException cause = new DriverException(error.getMessage(), error);
                    refused++;
                    errors.putIfAbsent(following.connection().remoteAddress(), cause);
                    onRefused.accept(cause);
                  }
                  return null;
                }));
  }

  /**
   * When each connection uses it, or one that the session has gone to later.
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

  /** What who waits is told if that takes too long. */
  static OperationTimedOutException late(String keyspace) {
    return new OperationTimedOutException(
        "Timed out: the session uses keyspace '"
            + keyspace
            + "', but not all of its connections did within the request's timeout; those that are"
            + " late will follow, or others take their place",
        null);
  }
}
