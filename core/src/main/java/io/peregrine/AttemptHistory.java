package io.peregrine;

import io.peregrine.codec.DriverException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What came of the attempts of one request, and which nodes were asked. Any thread may use it; its
 * lock is held for a few stores only.
 */
final class AttemptHistory {
  private final List<ExecutionInfo.FailedAttempt> failures = new ArrayList<>(2);
  private final List<Node> asked = new ArrayList<>(2);
  private AnswerDetails details = AnswerDetails.NONE;

  /** Keeps what came of a node. An error that the node gave before stays with the new one. */
  synchronized void note(Node node, DriverException error) {
    for (int i = failures.size() - 1; i >= 0; i--) {
      DriverException before = failures.get(i).error();
      if (failures.get(i).node().equals(node) && before != error) {
        error.addSuppressed(before);
        break;
      }
    }
    failures.add(new ExecutionInfo.FailedAttempt(node, error));
    ask(node);
  }

  /**
   * Keeps that a node is asked.
   *
   * @return false if it was asked before
   */
  synchronized boolean ask(Node node) {
    return !asked.contains(node) && asked.add(node);
  }

  synchronized List<ExecutionInfo.FailedAttempt> failures() {
    return List.copyOf(failures);
  }

  /** The last error of each node. */
  synchronized Map<InetSocketAddress, Throwable> errors() {
    Map<InetSocketAddress, Throwable> errors = new LinkedHashMap<>();
    for (ExecutionInfo.FailedAttempt failure : failures) {
      errors.put(failure.node().address(), failure.error());
    }
    return errors;
  }

  /**
   * What is told when there is no node to ask any more: the one error, or all if there are more.
   */
  synchronized DriverException lastError() {
    Map<InetSocketAddress, Throwable> errors = errors();
    return errors.size() == 1
        ? failures.get(failures.size() - 1).error()
        : new NoHostAvailableException("None of the nodes gave an answer", errors);
  }

  /** The nodes that were asked, in order. */
  synchronized List<Node> asked() {
    return List.copyOf(asked);
  }

  synchronized void details(AnswerDetails details) {
    this.details = details;
  }

  synchronized AnswerDetails details() {
    return details;
  }
}
