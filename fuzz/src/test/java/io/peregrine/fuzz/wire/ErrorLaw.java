package io.peregrine.fuzz.wire;

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
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.WriteType;
import io.peregrine.codec.envelope.ErrorDecoder;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Map;

/** Law: our decoder reads every field of an error as the independent codec wrote it. Stateless. */
final class ErrorLaw {
  private ErrorLaw() {}

  /** An error of the independent codec, which sends no contentions. */
  static void check(Error sent, ProtocolVersion version, ErrorDecoder read) {
    check(sent, version, read, -1);
  }

  static void check(Error sent, ProtocolVersion version, ErrorDecoder read, int contentions) {
    Law.equal("code", sent.code, read.code());
    Law.equal("message", sent.message, read.message());
    if (sent instanceof Unavailable error) {
      Law.equal("consistency", error.consistencyLevel, read.consistency().code());
      Law.equal("required", error.required, read.required());
      Law.equal("alive", error.alive, read.alive());
    } else if (sent instanceof WriteTimeout error) {
      checkCounts(error.consistencyLevel, error.received, error.blockFor, read);
      checkWriteType(error.writeType, read);
      Law.equal("contentions", contentions, read.contentions());
    } else if (sent instanceof ReadTimeout error) {
      checkCounts(error.consistencyLevel, error.received, error.blockFor, read);
      Law.equal("data present", error.dataPresent, read.isDataPresent());
    } else if (sent instanceof ReadFailure error) {
      checkCounts(error.consistencyLevel, error.received, error.blockFor, read);
      checkFailures(error.numFailures, error.reasonMap, version, read);
      Law.equal("data present", error.dataPresent, read.isDataPresent());
    } else if (sent instanceof WriteFailure error) {
      checkCounts(error.consistencyLevel, error.received, error.blockFor, read);
      checkFailures(error.numFailures, error.reasonMap, version, read);
      checkWriteType(error.writeType, read);
    } else if (sent instanceof CASWriteUnknown error) {
      checkCounts(error.consistencyLevel, error.received, error.blockFor, read);
    } else if (sent instanceof AlreadyExists error) {
      Law.equal("keyspace", error.keyspace, read.keyspace());
      Law.equal("table", error.table, read.table());
    } else if (sent instanceof FunctionFailure error) {
      Law.equal("keyspace", error.keyspace, read.keyspace());
      Law.equal("function", error.function, read.functionName());
      Law.equal("argument types", error.argTypes, read.argumentTypes());
    } else if (sent instanceof Unprepared error) {
      Law.equalBytes("id", error.id, read.unpreparedId());
    }
  }

  private static void checkCounts(int consistency, int received, int blockFor, ErrorDecoder read) {
    Law.equal("consistency", consistency, read.consistency().code());
    Law.equal("received", received, read.received());
    Law.equal("block for", blockFor, read.blockFor());
  }

  private static void checkWriteType(String word, ErrorDecoder read) {
    boolean known = Arrays.stream(WriteType.values()).anyMatch(type -> type.name().equals(word));
    Law.equal("write type", known ? word : "UNKNOWN", read.writeType().name());
  }

  private static void checkFailures(
      int failures, Map<InetAddress, Integer> reasons, ProtocolVersion version, ErrorDecoder read) {
    Law.equal("failures", failures, read.failureCount());
    Law.equal("reasons", Features.hasReasonMap(version) ? reasons : Map.of(), read.reasonMap());
  }
}
