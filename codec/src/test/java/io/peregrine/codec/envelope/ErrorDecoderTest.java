package io.peregrine.codec.envelope;

import static io.peregrine.codec.ProtocolVersion.V4;
import static io.peregrine.codec.ProtocolVersion.V5;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.WireBytes;
import io.peregrine.codec.WriteType;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorDecoderTest {
  private static final Map<String, Function<ErrorDecoder, Object>> GETTERS =
      Map.ofEntries(
          Map.entry("consistency", ErrorDecoder::consistency),
          Map.entry("required", ErrorDecoder::required),
          Map.entry("alive", ErrorDecoder::alive),
          Map.entry("received", ErrorDecoder::received),
          Map.entry("blockFor", ErrorDecoder::blockFor),
          Map.entry("isDataPresent", ErrorDecoder::isDataPresent),
          Map.entry("writeType", ErrorDecoder::writeType),
          Map.entry("contentions", ErrorDecoder::contentions),
          Map.entry("failureCount", ErrorDecoder::failureCount),
          Map.entry("reasonMap", ErrorDecoder::reasonMap),
          Map.entry("keyspace", ErrorDecoder::keyspace),
          Map.entry("table", ErrorDecoder::table),
          Map.entry("functionName", ErrorDecoder::functionName),
          Map.entry("argumentTypes", ErrorDecoder::argumentTypes),
          Map.entry("unpreparedId", ErrorDecoder::unpreparedId),
          Map.entry("executionId", ErrorDecoder::executionId));

  private final ErrorDecoder error = new ErrorDecoder();

  @ParameterizedTest
  @ValueSource(
      ints = {
        ErrorCode.SERVER_ERROR,
        ErrorCode.PROTOCOL_ERROR,
        ErrorCode.BAD_CREDENTIALS,
        ErrorCode.OVERLOADED,
        ErrorCode.IS_BOOTSTRAPPING,
        ErrorCode.TRUNCATE_ERROR,
        ErrorCode.CDC_WRITE_FAILURE,
        ErrorCode.SYNTAX_ERROR,
        ErrorCode.UNAUTHORIZED,
        ErrorCode.INVALID,
        ErrorCode.CONFIG_ERROR,
        ErrorCode.CLIENT_WRITE_FAILURE,
        0x7777,
        -5
      })
  void codeAndMessageAreAllThatManyErrorsHave(int code) {
    for (ProtocolVersion version : ProtocolVersion.values()) {
      check(version, body(code).putHex("0102"));
      assertThat(error.code()).isEqualTo(code);
    }
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void unavailable(ProtocolVersion version) {
    check(
        version,
        body(ErrorCode.UNAVAILABLE).putShort(4).putInt(3).putInt(1),
        "consistency",
        "required",
        "alive");
    assertThat(error.consistency()).isEqualTo(ConsistencyLevel.QUORUM);
    assertThat(error.required()).isEqualTo(3);
    assertThat(error.alive()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void writeTimeout(ProtocolVersion version) {
    check(
        version,
        counts(ErrorCode.WRITE_TIMEOUT).putString("BATCH_LOG"),
        "consistency",
        "received",
        "blockFor",
        "writeType",
        "contentions");
    checkCounts();
    assertThat(error.writeType()).isEqualTo(WriteType.BATCH_LOG);
    assertThat(error.contentions()).isEqualTo(-1);
  }

  @Test
  void writeTimeoutOfAConditionalWriteCountsContentionsFromV5On() {
    byte[] body = counts(ErrorCode.WRITE_TIMEOUT).putString("CAS").putShort(9).toArray();
    for (ProtocolVersion version : ProtocolVersion.values()) {
      error.wrap(version, WireBytes.reader(body));
      assertThat(error.contentions()).isEqualTo(version.isFramed() ? 9 : -1);
      assertThat(error.writeType()).isEqualTo(WriteType.CAS);
    }

    byte[] without = counts(ErrorCode.WRITE_TIMEOUT).putString("CAS").toArray();
    assertThat(error.wrap(V5, WireBytes.reader(without)).contentions()).isEqualTo(-1);
  }

  @Test
  void unknownWriteTypeIsNoError() {
    error.wrap(V5, counts(ErrorCode.WRITE_TIMEOUT).putString("QUANTUM").toReader());
    assertThat(error.writeType()).isEqualTo(WriteType.UNKNOWN);
    assertThat(error.writeTypeName()).isEqualTo("QUANTUM");
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void readTimeout(ProtocolVersion version) {
    String[] fields = {"consistency", "received", "blockFor", "isDataPresent"};
    check(version, counts(ErrorCode.READ_TIMEOUT).putByte(1), fields);
    checkCounts();
    assertThat(error.isDataPresent()).isTrue();
    check(version, counts(ErrorCode.READ_TIMEOUT).putByte(0), fields);
    assertThat(error.isDataPresent()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(names = {"V3", "V4"})
  void readFailureHasANumberUpToV4(ProtocolVersion version) {
    check(
        version,
        counts(ErrorCode.READ_FAILURE).putInt(7).putByte(1),
        "consistency",
        "received",
        "blockFor",
        "failureCount",
        "reasonMap",
        "isDataPresent");
    checkCounts();
    assertThat(error.failureCount()).isEqualTo(7);
    assertThat(error.reasonMap()).isEmpty();
    assertThat(error.isDataPresent()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"V5", "V6", "DSE_V1", "DSE_V2"})
  void readFailureHasReasonsInAllOthers(ProtocolVersion version) throws UnknownHostException {
    check(
        version,
        reasons(counts(ErrorCode.READ_FAILURE)).putByte(0),
        "consistency",
        "received",
        "blockFor",
        "failureCount",
        "reasonMap",
        "isDataPresent");
    checkCounts();
    checkReasons();
    assertThat(error.isDataPresent()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(names = {"V3", "V4"})
  void writeFailureHasANumberUpToV4(ProtocolVersion version) {
    check(
        version,
        counts(ErrorCode.WRITE_FAILURE).putInt(2).putString("SIMPLE"),
        "consistency",
        "received",
        "blockFor",
        "failureCount",
        "reasonMap",
        "writeType");
    assertThat(error.failureCount()).isEqualTo(2);
    assertThat(error.reasonMap()).isEmpty();
    assertThat(error.writeType()).isEqualTo(WriteType.SIMPLE);
  }

  @ParameterizedTest
  @EnumSource(names = {"V5", "V6", "DSE_V1", "DSE_V2"})
  void writeFailureHasReasonsInAllOthers(ProtocolVersion version) throws UnknownHostException {
    check(
        version,
        reasons(counts(ErrorCode.WRITE_FAILURE)).putString("VIEW"),
        "consistency",
        "received",
        "blockFor",
        "failureCount",
        "reasonMap",
        "writeType");
    checkCounts();
    checkReasons();
    assertThat(error.writeType()).isEqualTo(WriteType.VIEW);
  }

  @Test
  void numberOfFailuresIsNotNegative() {
    byte[] body = counts(ErrorCode.READ_FAILURE).putInt(-1).putByte(1).toArray();
    for (ProtocolVersion version : ProtocolVersion.values()) {
      assertThatThrownBy(() -> error.wrap(version, WireBytes.reader(body)))
          .isInstanceOf(MalformedMessageException.class)
          .hasMessageContaining("number of failures");
    }
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void casWriteUnknown(ProtocolVersion version) {
    check(version, counts(ErrorCode.CAS_WRITE_UNKNOWN), "consistency", "received", "blockFor");
    checkCounts();
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void functionFailure(ProtocolVersion version) {
    check(
        version,
        body(ErrorCode.FUNCTION_FAILURE)
            .putString("ks")
            .putString("sum")
            .putShort(2)
            .putString("int")
            .putString("list<text>"),
        "keyspace",
        "functionName",
        "argumentTypes");
    assertThat(error.keyspace()).isEqualTo("ks");
    assertThat(error.functionName()).isEqualTo("sum");
    assertThat(error.argumentTypes()).isEqualTo(List.of("int", "list<text>"));
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void alreadyExists(ProtocolVersion version) {
    check(
        version,
        body(ErrorCode.ALREADY_EXISTS).putString("ks").putString("tübeless"),
        "keyspace",
        "table");
    assertThat(error.keyspace()).isEqualTo("ks");
    assertThat(error.table()).isEqualTo("tübeless");
    error.wrap(version, body(ErrorCode.ALREADY_EXISTS).putString("ks").putString("").toReader());
    assertThat(error.table()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void unprepared(ProtocolVersion version) {
    check(version, body(ErrorCode.UNPREPARED).putHex("0003 0a0b0c"), "unpreparedId");
    assertThat(error.unpreparedId()).containsExactly(10, 11, 12);
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void commandFailed(ProtocolVersion version) {
    check(
        version,
        body(ErrorCode.COMMAND_FAILED).putHex("0011223344556677 8899aabbccddeeff"),
        "executionId");
    assertThat(error.executionId())
        .isEqualTo(UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"));
  }

  @Test
  void messageCanBeReadInPlace() {
    error.wrap(V5, body(ErrorCode.SYNTAX_ERROR).toReader());
    String inPlace =
        error.buffer().getStringWithoutLengthUtf8(error.messageOffset(), error.messageLength());
    assertThat(inPlace).isEqualTo("it böke").isEqualTo(error.message());
  }

  @Test
  void lastWrapCounts() throws UnknownHostException {
    error.wrap(V5, reasons(counts(ErrorCode.READ_FAILURE)).putByte(0).toReader());
    error.wrap(V4, counts(ErrorCode.READ_FAILURE).putInt(1).putByte(0).toReader());
    assertThat(error.reasonMap()).isEmpty();
    error.wrap(V5, body(ErrorCode.INVALID).toReader());
    assertThatThrownBy(error::reasonMap)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("reasonMap()", "INVALID");
  }

  @Test
  void reasonCountIsNotTrusted() {
    for (int count : new int[] {-1, 1, 1 << 30, Integer.MAX_VALUE}) {
      assertThatThrownBy(
              () ->
                  error.wrap(
                      V5, counts(ErrorCode.READ_FAILURE).putInt(count).putByte(1).toReader()))
          .isInstanceOf(MalformedMessageException.class)
          .hasMessageContaining("number of failures");
    }
  }

  @Test
  void addressOfAnotherSizeIsRefused() {
    assertThatThrownBy(
            () ->
                error.wrap(
                    V5,
                    counts(ErrorCode.READ_FAILURE)
                        .putInt(1)
                        .putHex("05 0102030405 0001 01")
                        .toReader()))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("not 5");
  }

  @Test
  void unknownConsistencyIsRefused() {
    assertThatThrownBy(
            () ->
                error.wrap(
                    V5, body(ErrorCode.UNAVAILABLE).putShort(99).putInt(3).putInt(1).toReader()))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageMatching(".*consistency at offset [1-9][0-9]*: .*99.*");
  }

  /** Wraps, tries every getter, and checks that no shorter body passes. */
  private void check(ProtocolVersion version, WireBytes body, String... fields) {
    byte[] bytes = body.toArray();
    if (fields.length > 0) {
      for (int length = 0; length < bytes.length; length++) {
        byte[] cut = java.util.Arrays.copyOf(bytes, length);
        assertThatThrownBy(() -> error.wrap(version, WireBytes.reader(cut)))
            .isInstanceOf(MalformedMessageException.class);
      }
    }
    error.wrap(version, WireBytes.reader(bytes));
    assertThat(error.message()).isEqualTo("it böke");
    Set<String> answering = new TreeSet<>();
    GETTERS.forEach(
        (name, getter) -> {
          try {
            getter.apply(error);
            answering.add(name);
          } catch (IllegalStateException e) {
            assertThat(e).hasMessageContaining(name + "()");
          }
        });
    assertThat(answering).containsExactlyInAnyOrder(fields);
  }

  private void checkCounts() {
    assertThat(error.consistency()).isEqualTo(ConsistencyLevel.LOCAL_QUORUM);
    assertThat(error.received()).isEqualTo(1);
    assertThat(error.blockFor()).isEqualTo(2);
  }

  private void checkReasons() throws UnknownHostException {
    assertThat(error.failureCount()).isEqualTo(2);
    assertThat(error.reasonMap())
        .isEqualTo(
            Map.of(
                InetAddress.getByName("10.0.0.1"),
                1,
                InetAddress.getByName("2001:db8::1"),
                0xFFFF));
  }

  private static WireBytes body(int code) {
    return new WireBytes().putInt(code).putString("it böke");
  }

  private static WireBytes counts(int code) {
    return body(code).putShort(6).putInt(1).putInt(2);
  }

  private static WireBytes reasons(WireBytes body) {
    return body.putInt(2)
        .putHex("04 0a000001 0001")
        .putHex("10 20010db8000000000000000000000001 ffff");
  }
}
