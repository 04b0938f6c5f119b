package io.peregrine;

import io.peregrine.codec.DriverException;
import io.peregrine.conductor.FailedFuture;
import io.peregrine.graph.GraphResult;
import io.peregrine.io.Offer;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which node is the master of DSE's analytics nodes, which has least to do with a graph
 * query of theirs. Any thread may use it.
 *
 * <p>It is asked for each query, because it may become another. Not to know it is no error.
 */
final class AnalyticsMaster {
  private static final Logger LOG = LoggerFactory.getLogger(AnalyticsMaster.class);
  private static final String QUESTION = "CALL DseClientTool.getAnalyticsGraphServer()";
  private static final String LOCATION = "location";

  /** As long as it may take where nobody says how long anything may. */
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final RequestRouter router;
  private final StatementSender sender;
  private final AtomicBoolean told = new AtomicBoolean();

  AnalyticsMaster(RequestRouter router, StatementSender sender) {
    this.router = router;
    this.sender = sender;
  }

  /**
   * Finds the node, by the default profile.
   *
   * @param timeoutNanos how long the query may take that this is for; 0 for as long as it takes
   * @return the node; empty if it cannot be found, and never an error. Where nothing at all can be
   *     sent, it throws as the query itself would
   */
  CompletableFuture<Optional<Node>> find(long timeoutNanos) {
    RequestSettings settings = new RequestSettings();
    settings.timeoutNanos = most(timeoutNanos);
    settings.idempotent = true;
    SimpleStatement question = SimpleStatement.of(QUESTION);
    question.inherit(settings);
    return sender.sendUntold(question).thenApply(this::node).exceptionally(this::unknown);
  }

  private long most(long timeoutNanos) {
    long own = router.defaults().timeoutNanos();
    long most = own == Offer.NO_TIMEOUT ? MOST_NANOS : own;
    return timeoutNanos == Offer.NO_TIMEOUT ? most : Math.min(most, timeoutNanos);
  }

  private Optional<Node> node(ResultSet answer) {
    List<Row> rows = answer.currentPage();
    Map<String, String> result =
        rows.isEmpty() ? null : rows.get(0).getMap(0, String.class, String.class);
    String location = result == null ? null : result.get(LOCATION);
    if (location == null) {
      throw new DriverException("the server told no location");
    }
    // Only digits are an address here: whoever answers must not have names looked up.
    InetAddress address = new GraphResult(host(location)).as(InetAddress.class);
    Node node = router.view().telling(address);
    if (node == null) {
      throw new DriverException("no node is known that tells the address " + location);
    }
    return Optional.of(node);
  }

  /** Without the port, which is not that of CQL requests. */
  private static String host(String location) {
    int colon = location.lastIndexOf(':');
    String host = colon < 0 ? location : location.substring(0, colon);
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  private Optional<Node> unknown(Throwable error) {
    Throwable cause = FailedFuture.cause(error);
    if (!router.isClosed() && told.compareAndSet(false, true)) {
      LOG.warn(
          "The master of the analytics nodes is not known ({}), so graph queries for them go where"
              + " the load balancing policy says; that is told once, and then at DEBUG",
          cause.toString());
    } else {
      LOG.debug("The master of the analytics nodes is not known", cause);
    }
    return Optional.empty();
  }
}
