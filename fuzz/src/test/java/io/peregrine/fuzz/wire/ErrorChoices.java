package io.peregrine.fuzz.wire;

import com.datastax.dse.protocol.internal.DseProtocolConstants;
import com.datastax.oss.protocol.internal.ProtocolConstants.ErrorCode;
import com.datastax.oss.protocol.internal.ProtocolConstants.Version;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.error.AlreadyExists;
import com.datastax.oss.protocol.internal.response.error.CASWriteUnknown;
import com.datastax.oss.protocol.internal.response.error.FunctionFailure;
import com.datastax.oss.protocol.internal.response.error.ReadFailure;
import com.datastax.oss.protocol.internal.response.error.ReadTimeout;
import com.datastax.oss.protocol.internal.response.error.Unavailable;
import com.datastax.oss.protocol.internal.response.error.Unprepared;
import com.datastax.oss.protocol.internal.response.error.WriteFailure;
import com.datastax.oss.protocol.internal.response.error.WriteTimeout;
import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ProtocolVersion;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Generates errors of every code that a version has, in the independent codec's words. */
final class ErrorChoices {
  private static final List<Integer> PLAIN =
      List.of(
          ErrorCode.SERVER_ERROR,
          ErrorCode.PROTOCOL_ERROR,
          ErrorCode.AUTH_ERROR,
          ErrorCode.OVERLOADED,
          ErrorCode.IS_BOOTSTRAPPING,
          ErrorCode.TRUNCATE_ERROR,
          ErrorCode.SYNTAX_ERROR,
          ErrorCode.UNAUTHORIZED,
          ErrorCode.INVALID,
          ErrorCode.CONFIG_ERROR);

  private static final String[] WRITE_TYPES = {
    "SIMPLE", "BATCH", "UNLOGGED_BATCH", "COUNTER", "BATCH_LOG", "VIEW", "CDC", "SOMETHING_NEW"
  };

  private ErrorChoices() {}

  static Error of(Choices choices, ProtocolVersion version) {
    String message = choices.text();
    int consistency = choices.below(ConsistencyLevel.values().length);
    int count = choices.int32();
    int blockFor = choices.int32();
    switch (choices.below(12)) {
      case 0:
        return new Unavailable(message, consistency, count, blockFor);
      case 1:
        // The independent codec does not know contentions, which only CAS has.
        String writeType = choices.of(WRITE_TYPES);
        return new WriteTimeout(message, consistency, count, blockFor, writeType);
      case 2:
        return new ReadTimeout(message, consistency, count, blockFor, choices.yes());
      case 3:
        return new AlreadyExists(message, choices.text(), choices.text());
      case 4:
        return new Unprepared(message, choices.blob(20));
      default:
        return Features.isV4OrLater(version)
            ? sinceV4(choices, version, message, consistency, count, blockFor)
            : new Error(choices.of(PLAIN), message);
    }
  }

  private static Error sinceV4(
      Choices choices,
      ProtocolVersion version,
      String message,
      int consistency,
      int received,
      int blockFor) {
    int failures = choices.count32();
    Map<InetAddress, Integer> reasons = Map.of();
    if (Features.hasReasonMap(version)) {
      reasons = reasons(choices);
      failures = reasons.size();
    }
    switch (choices.below(6)) {
      case 0:
        return new ReadFailure(
            message, consistency, received, blockFor, failures, reasons, choices.yes());
      case 1:
        return new WriteFailure(
            message,
            consistency,
            received,
            blockFor,
            failures,
            reasons,
            choices.yes() ? "CAS" : choices.of(WRITE_TYPES));
      case 2:
        return new FunctionFailure(message, choices.text(), choices.text(), choices.texts(4));
      case 3:
        return Features.isDse(version)
            ? new Error(DseProtocolConstants.ErrorCode.CLIENT_WRITE_FAILURE, message)
            : new Error(choices.of(PLAIN), message);
      case 4:
        return version.code() >= Version.V5 && !Features.isDse(version)
            ? new CASWriteUnknown(message, consistency, received, blockFor)
            : new Error(choices.of(PLAIN), message);
      default:
        return new Error(choices.of(PLAIN), message);
    }
  }

  private static Map<InetAddress, Integer> reasons(Choices choices) {
    Map<InetAddress, Integer> reasons = new LinkedHashMap<>();
    for (int i = choices.below(5); i > 0; i--) {
      reasons.put(ResponseChoices.inet(choices), choices.below(0x10000));
    }
    return reasons;
  }
}
