package io.peregrine.io;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.envelope.ResponsePrefix;

/** Counts error answers by their kind. Confined to the agent's thread. */
final class ServerErrors {
  private final ResponsePrefix prefix = new ResponsePrefix();
  private final SelectorCounters counters;

  ServerErrors(SelectorCounters counters) {
    this.counters = counters;
  }

  /** An ERROR has come; whoever reads it next begins anew. */
  void count(Response response) {
    counters.add(kind(response), 1);
  }

  private SelectorCounter kind(Response response) {
    try {
      BodyReader body = response.body();
      prefix.wrap(response.flags(), body);
      return kind(body.readInt("error code"));
    } catch (MalformedMessageException e) {
      // Its handler will be told.
      return SelectorCounter.SERVER_OTHER_ERRORS;
    }
  }

  private static SelectorCounter kind(int code) {
    return switch (code) {
      case ErrorCode.UNAVAILABLE -> SelectorCounter.SERVER_UNAVAILABLE;
      case ErrorCode.OVERLOADED, ErrorCode.IS_BOOTSTRAPPING -> SelectorCounter.SERVER_OVERLOADED;
      case ErrorCode.WRITE_TIMEOUT, ErrorCode.READ_TIMEOUT, ErrorCode.CAS_WRITE_UNKNOWN ->
          SelectorCounter.SERVER_TIMEOUTS;
      case ErrorCode.SERVER_ERROR,
          ErrorCode.TRUNCATE_ERROR,
          ErrorCode.READ_FAILURE,
          ErrorCode.WRITE_FAILURE,
          ErrorCode.FUNCTION_FAILURE,
          ErrorCode.CDC_WRITE_FAILURE,
          ErrorCode.COMMAND_FAILED,
          ErrorCode.CLIENT_WRITE_FAILURE ->
          SelectorCounter.SERVER_FAILURES;
      case ErrorCode.PROTOCOL_ERROR,
          ErrorCode.BAD_CREDENTIALS,
          ErrorCode.SYNTAX_ERROR,
          ErrorCode.UNAUTHORIZED,
          ErrorCode.INVALID,
          ErrorCode.CONFIG_ERROR,
          ErrorCode.ALREADY_EXISTS ->
          SelectorCounter.SERVER_REFUSALS;
      case ErrorCode.UNPREPARED -> SelectorCounter.SERVER_UNPREPARED;
      default -> SelectorCounter.SERVER_OTHER_ERRORS;
    };
  }
}
