package io.peregrine.testkit.server;

import com.datastax.oss.protocol.internal.Frame;
import com.datastax.oss.protocol.internal.request.Execute;
import com.datastax.oss.protocol.internal.request.Prepare;
import com.datastax.oss.protocol.internal.request.Query;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Says which requests a script is about. Called on reader threads of many connections: must be
 * thread-safe; those made here are.
 */
@FunctionalInterface
public interface RequestMatcher {
  /**
   * Whether the script is about this request.
   *
   * @param request the request
   * @return true if it is
   */
  boolean matches(Request request);

  /**
   * Both this and the other.
   *
   * @param other the other condition
   * @return a matcher
   */
  default RequestMatcher and(RequestMatcher other) {
    return request -> matches(request) && other.matches(request);
  }

  /**
   * Every request.
   *
   * @return a matcher
   */
  static RequestMatcher any() {
    return request -> true;
  }

  /**
   * Requests of one kind.
   *
   * @param opcode one of native-protocol's {@code ProtocolConstants.Opcode}
   * @return a matcher
   */
  static RequestMatcher opcode(int opcode) {
    return request -> request.opcode() == opcode;
  }

  /**
   * QUERY requests with exactly this text.
   *
   * @param text the CQL text
   * @return a matcher
   */
  static RequestMatcher query(String text) {
    return request -> request.message() instanceof Query query && query.query.equals(text);
  }

  /**
   * QUERY requests whose text begins so, upper and lower case alike.
   *
   * @param prefix the beginning
   * @return a matcher
   */
  static RequestMatcher queryStartingWith(String prefix) {
    return request ->
        request.message() instanceof Query query
            && query.query.regionMatches(true, 0, prefix, 0, prefix.length());
  }

  /**
   * QUERY requests in whose text the expression is found.
   *
   * @param regex a regular expression
   * @return a matcher
   */
  static RequestMatcher queryMatching(String regex) {
    Pattern pattern = Pattern.compile(regex);
    return request ->
        request.message() instanceof Query query && pattern.matcher(query.query).find();
  }

  /**
   * PREPARE requests of this text.
   *
   * @param text the CQL text
   * @return a matcher
   */
  static RequestMatcher prepare(String text) {
    return request -> request.message() instanceof Prepare prepare && prepare.cqlQuery.equals(text);
  }

  /**
   * EXECUTE requests of a statement that was prepared with this text and is still known.
   *
   * @param text the CQL text
   * @return a matcher
   */
  static RequestMatcher execute(String text) {
    return request -> request.message() instanceof Execute && text.equals(request.text());
  }

  /**
   * Requests that fulfil a condition of the test's own.
   *
   * @param condition what must hold for the decoded envelope
   * @return a matcher
   */
  static RequestMatcher where(Predicate<Frame> condition) {
    return request -> condition.test(request.frame());
  }

  /**
   * Requests on one connection.
   *
   * @param connection the connection
   * @return a matcher
   */
  static RequestMatcher on(ServerConnection connection) {
    return request -> request.connection() == connection;
  }
}
