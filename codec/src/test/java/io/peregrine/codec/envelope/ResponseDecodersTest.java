package io.peregrine.codec.envelope;

import static io.peregrine.codec.WireBytes.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.WireBytes;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseDecodersTest {
  private static final int EVERY_FLAG =
      EnvelopeHeaderFlyweight.TRACING
          | EnvelopeHeaderFlyweight.WARNING
          | EnvelopeHeaderFlyweight.CUSTOM_PAYLOAD;

  private final ResponsePrefix prefix = new ResponsePrefix();

  @Test
  void prefixStandsBeforeTheMessage() {
    BodyReader reader = prefixed().putInt(ResultKind.VOID).toReader();
    prefix.wrap(EVERY_FLAG, reader);
    assertThat(reader.readInt("kind")).isEqualTo(ResultKind.VOID);
    assertThat(prefix.tracingId())
        .isEqualTo(UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"));
    assertThat(prefix.hasWarnings()).isTrue();
    assertThat(prefix.warnings()).isEqualTo(List.of("too wide", "tombstönes"));
    Map<String, ByteBuffer> payload = prefix.customPayload();
    assertThat(payload.keySet()).containsExactly("a", "b", "c");
    assertThat(payload.get("a")).isEqualTo(ByteBuffer.wrap(hex("0102")));
    assertThat(payload.get("b")).isNull();
    assertThat(payload.get("c")).isEqualTo(ByteBuffer.allocate(0));
  }

  @Test
  void prefixWithoutFlagsIsEmpty() {
    prefix.wrap(EVERY_FLAG, prefixed().toReader());
    BodyReader reader = new WireBytes().putInt(7).toReader();
    prefix.wrap(EnvelopeHeaderFlyweight.BETA, reader);
    assertThat(reader.remaining()).isEqualTo(4);
    assertThat(prefix.tracingId()).isNull();
    assertThat(prefix.hasWarnings()).isFalse();
    assertThat(prefix.warnings()).isEmpty();
    assertThat(prefix.customPayload()).isEmpty();
  }

  @Test
  void truncatedPrefixIsRefused() {
    byte[] body = prefixed().toArray();
    for (int length = 0; length < body.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(body, length);
      assertThatThrownBy(() -> prefix.wrap(EVERY_FLAG, WireBytes.reader(cut)))
          .isInstanceOf(MalformedMessageException.class);
    }
  }

  @Test
  void supportedIsAMultimap() {
    byte[] body =
        new WireBytes()
            .putShort(2)
            .putString("COMPRESSION")
            .putShort(2)
            .putString("lz4")
            .putString("snappy")
            .putString("EMPTY")
            .putShort(0)
            .toArray();
    assertThat(SupportedDecoder.decode(WireBytes.reader(body)))
        .isEqualTo(Map.of("COMPRESSION", List.of("lz4", "snappy"), "EMPTY", List.of()));
    for (int length = 0; length < body.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(body, length);
      assertThatThrownBy(() -> SupportedDecoder.decode(WireBytes.reader(cut)))
          .isInstanceOf(MalformedMessageException.class);
    }
  }

  @Test
  void authenticateNamesAClass() {
    assertThat(AuthenticateDecoder.decode(new WireBytes().putString("a.b.Auth").toReader()))
        .isEqualTo("a.b.Auth");
  }

  @Test
  void authTokenMayBeNull() {
    assertThat(AuthTokenDecoder.decode(WireBytes.reader(hex("00000002 0a0b"))))
        .containsExactly(10, 11);
    assertThat(AuthTokenDecoder.decode(WireBytes.reader(hex("00000000")))).isEmpty();
    assertThat(AuthTokenDecoder.decode(WireBytes.reader(hex("ffffffff")))).isNull();
    assertThatThrownBy(() -> AuthTokenDecoder.decode(WireBytes.reader(hex("7fffffff 00"))))
        .isInstanceOf(MalformedMessageException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "1, VOID",
    "2, ROWS",
    "3, SET_KEYSPACE",
    "4, PREPARED",
    "5, SCHEMA_CHANGE",
    "16, 0x10"
  })
  void resultKindHasAName(int kind, String name) {
    assertThat(ResultKind.name(kind)).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({
    "CREATED, KEYSPACE",
    "UPDATED, TABLE",
    "DROPPED, TYPE",
    "CREATED, FUNCTION",
    "UPDATED, AGGREGATE"
  })
  void schemaChangeHasWhatItsTargetHas(String change, String target) {
    WireBytes body = new WireBytes().putString(change).putString(target).putString("ks");
    boolean isNamed = !target.equals("KEYSPACE");
    boolean hasArguments = target.equals("FUNCTION") || target.equals("AGGREGATE");
    if (isNamed) {
      body.putString("thing");
    }
    if (hasArguments) {
      body.putShort(2).putString("int").putString("text");
    }
    SchemaChange expected =
        new SchemaChange(
            SchemaChange.Change.valueOf(change),
            SchemaChange.Target.valueOf(target),
            "ks",
            isNamed ? "thing" : "",
            hasArguments ? List.of("int", "text") : List.of());

    BodyReader reader = body.toReader();
    assertThat(SchemaChangeDecoder.decode(reader)).isEqualTo(expected);
    assertThat(reader.remaining()).isZero();

    byte[] event = new WireBytes().putString("SCHEMA_CHANGE").putRaw(body.toArray()).toArray();
    assertThat(EventDecoder.decode(WireBytes.reader(event)))
        .isEqualTo(new Event.SchemaChanged(expected));
    for (int length = 0; length < event.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(event, length);
      assertThatThrownBy(() -> EventDecoder.decode(WireBytes.reader(cut)))
          .isInstanceOf(MalformedMessageException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"NEW_NODE", "REMOVED_NODE", "MOVED_NODE"})
  void topologyChangeNamesANode(String change) {
    byte[] body =
        new WireBytes()
            .putString("TOPOLOGY_CHANGE")
            .putString(change)
            .putHex("10 20010db8000000000000000000000001 00002352")
            .toArray();
    assertThat(EventDecoder.decode(WireBytes.reader(body)))
        .isEqualTo(
            new Event.TopologyChange(
                Event.TopologyChange.Change.valueOf(change),
                new InetSocketAddress("2001:db8::1", 9042)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"UP", "DOWN"})
  void statusChangeNamesANode(String change) {
    byte[] body =
        new WireBytes()
            .putString("STATUS_CHANGE")
            .putString(change)
            .putHex("04 7f000001 00002352")
            .toArray();
    assertThat(EventDecoder.decode(WireBytes.reader(body)))
        .isEqualTo(
            new Event.StatusChange(
                Event.StatusChange.Change.valueOf(change),
                new InetSocketAddress("127.0.0.1", 9042)));
  }

  @Test
  void unknownEventsAreNoErrors() {
    assertThat(EventDecoder.decode(new WireBytes().putString("TRACE_COMPLETE").toReader()))
        .isEqualTo(new Event.Unknown("TRACE_COMPLETE"));
    assertThat(event("TOPOLOGY_CHANGE", "SPLIT_NODE"))
        .isEqualTo(new Event.Unknown("TOPOLOGY_CHANGE SPLIT_NODE"));
    assertThat(event("STATUS_CHANGE", "SIDEWAYS"))
        .isEqualTo(new Event.Unknown("STATUS_CHANGE SIDEWAYS"));
    assertThat(event("SCHEMA_CHANGE", "CREATED", "TRIGGER", "ks"))
        .isEqualTo(new Event.Unknown("SCHEMA_CHANGE"));
    assertThat(event("SCHEMA_CHANGE", "RENAMED", "TABLE", "ks", "t"))
        .isEqualTo(new Event.Unknown("SCHEMA_CHANGE"));
  }

  @Test
  void unknownWordsInASchemaChangeAreNoErrors() {
    assertThat(
            SchemaChangeDecoder.decode(
                new WireBytes().putString("CREATED").putString("TRIGGER").putHex("ff").toReader()))
        .isEqualTo(
            new SchemaChange(
                SchemaChange.Change.CREATED, SchemaChange.Target.UNKNOWN, "", "", List.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"03 7f0000 00002352", "04 7f000001 ffffffff", "04 7f000001 00010000"})
  void addressThatIsNoneIsRefused(String address) {
    byte[] body =
        new WireBytes().putString("STATUS_CHANGE").putString("UP").putHex(address).toArray();
    assertThatThrownBy(() -> EventDecoder.decode(WireBytes.reader(body)))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("event address");
  }

  private static Event event(String... words) {
    WireBytes body = new WireBytes();
    for (String word : words) {
      body.putString(word);
    }
    return EventDecoder.decode(body.toReader());
  }

  private static WireBytes prefixed() {
    return new WireBytes()
        .putHex("00112233445566778899aabbccddeeff")
        .putShort(2)
        .putString("too wide")
        .putString("tombstönes")
        .putShort(3)
        .putString("a")
        .putHex("00000002 0102")
        .putString("b")
        .putHex("ffffffff")
        .putString("c")
        .putHex("00000000");
  }
}
