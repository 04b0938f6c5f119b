package io.peregrine;

import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.envelope.ErrorDecoder;

/** Makes exceptions of the server's errors. Stateless. */
final class ErrorAdapter {
  private ErrorAdapter() {}

  static ServerException toException(ErrorDecoder error) {
    String message = error.message();
    return switch (error.code()) {
      case ErrorCode.SERVER_ERROR -> new ServerFaultException(message);
      case ErrorCode.PROTOCOL_ERROR -> new ProtocolErrorException(message);
      case ErrorCode.BAD_CREDENTIALS -> new AuthenticationFailedException(message);
      case ErrorCode.UNAVAILABLE ->
          new UnavailableException(message, error.consistency(), error.required(), error.alive());
      case ErrorCode.OVERLOADED -> new OverloadedException(message);
      case ErrorCode.IS_BOOTSTRAPPING -> new BootstrappingException(message);
      case ErrorCode.TRUNCATE_ERROR -> new TruncateException(message);
      case ErrorCode.WRITE_TIMEOUT -> new WriteTimeoutException(error);
      case ErrorCode.READ_TIMEOUT -> new ReadTimeoutException(error);
      case ErrorCode.READ_FAILURE -> new ReadFailureException(error);
      case ErrorCode.FUNCTION_FAILURE ->
          new FunctionFailureException(
              message, error.keyspace(), error.functionName(), error.argumentTypes());
      case ErrorCode.WRITE_FAILURE -> new WriteFailureException(error);
      case ErrorCode.CDC_WRITE_FAILURE -> new CdcWriteFailureException(message);
      case ErrorCode.CAS_WRITE_UNKNOWN -> new CasWriteUnknownException(error);
      case ErrorCode.SYNTAX_ERROR -> new SyntaxException(message);
      case ErrorCode.UNAUTHORIZED -> new UnauthorizedException(message);
      case ErrorCode.INVALID -> new InvalidQueryException(message);
      case ErrorCode.CONFIG_ERROR -> new ConfigurationException(message);
      case ErrorCode.ALREADY_EXISTS ->
          new AlreadyExistsException(message, error.keyspace(), error.table());
      case ErrorCode.UNPREPARED -> new UnpreparedException(message, error.unpreparedId());
      default -> new ServerException(error.code(), message);
    };
  }
}
