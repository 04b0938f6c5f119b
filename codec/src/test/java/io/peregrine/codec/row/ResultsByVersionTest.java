package io.peregrine.codec.row;

import static io.peregrine.codec.ProtocolVersion.DSE_V1;
import static io.peregrine.codec.ProtocolVersion.DSE_V2;
import static io.peregrine.codec.ProtocolVersion.V3;
import static io.peregrine.codec.ProtocolVersion.V4;
import static io.peregrine.codec.ProtocolVersion.V5;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.WireBytes;
import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import io.peregrine.codec.envelope.ResultKind;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What differs from version to version in RESULT. */
class ResultsByVersionTest {
  private static final int CONTINUOUS = RowCursor.CONTINUOUS_PAGE;
  private static final int LAST = RowCursor.LAST_CONTINUOUS_PAGE;
  private static final int MORE = RowCursor.HAS_MORE_PAGES;
  private static final int NONE = RowCursor.NO_METADATA;
  private static final int CHANGED = RowCursor.METADATA_CHANGED;
  private static final ColumnDefinitions KNOWN =
      ColumnDefinitions.of("ks", "t", List.of("k"), List.of(Primitive.INT));

  private final RowCursor cursor = new RowCursor();

  @ParameterizedTest
  @EnumSource(names = {"DSE_V1", "DSE_V2"})
  void continuousPageOfAnotherCodecIsRead(ProtocolVersion version) {
    byte[] envelope =
        WireBytes.hex(
            "c1000007080000002800000002c0000001000000010000000100026b7300017400016b0009"
                + "00000001000000040000002a");
    envelope[0] = (byte) (0x80 | version.code());
    UnsafeBuffer buffer = new UnsafeBuffer(envelope);
    EnvelopeHeaderFlyweight header = new EnvelopeHeaderFlyweight().wrap(buffer, 0);
    header.checkResponse(version);
    assertThat(header.opcode()).isEqualTo(Opcode.RESULT);
    BodyReader body = new BodyReader().wrap(buffer, 9, header.bodyLength());
    assertThat(body.readInt("kind")).isEqualTo(ResultKind.ROWS);
    cursor.wrap(version, buffer, body.position(), body.remaining(), null);
    assertThat(cursor.isContinuousPage()).isTrue();
    assertThat(cursor.continuousPageNumber()).isEqualTo(1);
    assertThat(cursor.isLastContinuousPage()).isTrue();
    assertThat(cursor.hasMorePages()).isFalse();
    assertThat(cursor.columnDefinitions()).isEqualTo(KNOWN);
    assertThat(cursor.next()).isTrue();
    assertThat(cursor.getInt("k")).isEqualTo(42);
    assertThat(cursor.next()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(names = {"DSE_V1", "DSE_V2"})
  void pagingStateAndPageNumberAreThereWithoutMetadata(ProtocolVersion version) {
    Body body = new Body().ints(NONE | MORE | CONTINUOUS, 1).bytes((byte) 1, (byte) 2);
    body.ints(17).ints(1).cells(Primitive.INT, 42);
    wrap(version, body, KNOWN);
    assertThat(cursor.pagingState()).containsExactly(1, 2);
    assertThat(cursor.continuousPageNumber()).isEqualTo(17);
    assertThat(cursor.isLastContinuousPage()).isFalse();
    assertThat(cursor.next()).isTrue();
    assertThat(cursor.getInt(0)).isEqualTo(42);
    everyCutIsMalformed(version, body);

    Body last = new Body().ints(NONE | MORE | CONTINUOUS | LAST, 1).bytes((byte) 3).ints(18, 0);
    wrap(version, last, KNOWN);
    assertThat(cursor.isLastContinuousPage()).isTrue();
    assertThat(cursor.hasMorePages()).isTrue();
  }

  @Test
  void newMetadataIdStandsBeforeThePageNumber() {
    Body body = new Body().ints(CHANGED | CONTINUOUS | RowCursor.GLOBAL_TABLE, 1);
    body.shortBytes((byte) 5, (byte) 6).ints(2).string("ks").string("t");
    body.string("k").type(Primitive.INT).ints(0);
    wrap(DSE_V2, body, null);
    assertThat(cursor.newResultMetadataId()).containsExactly(5, 6);
    assertThat(cursor.continuousPageNumber()).isEqualTo(2);
    assertThat(cursor.columnDefinitions()).isEqualTo(KNOWN);
    everyCutIsMalformed(DSE_V2, body);
  }

  @ParameterizedTest
  @EnumSource(names = {"V3", "V4", "V5", "V6"})
  void cassandraHasNoContinuousPages(ProtocolVersion version) {
    wrap(version, new Body().ints(NONE | CONTINUOUS | LAST, 1, 1).cells(Primitive.INT, 42), KNOWN);
    assertThat(cursor.isContinuousPage()).isFalse();
    assertThat(cursor.isLastContinuousPage()).isFalse();
    assertThat(cursor.continuousPageNumber()).isEqualTo(-1);
    assertThat(cursor.rowCount()).isEqualTo(1);
  }

  @Test
  void lastPageOfNoContinuousPagingIsNone() {
    wrap(DSE_V1, new Body().ints(NONE | LAST, 1, 0), KNOWN);
    assertThat(cursor.isContinuousPage()).isFalse();
    assertThat(cursor.isLastContinuousPage()).isFalse();
  }

  @Test
  void pageNumberIsForgottenWithThePage() {
    wrap(DSE_V1, new Body().ints(NONE | CONTINUOUS | LAST, 1, 3, 0), KNOWN);
    assertThat(cursor.continuousPageNumber()).isEqualTo(3);
    wrap(DSE_V1, new Body().ints(NONE, 1, 0), KNOWN);
    assertThat(cursor.continuousPageNumber()).isEqualTo(-1);
    assertThat(cursor.isLastContinuousPage()).isFalse();
  }

  @Test
  void negativePageNumberIsMalformed() {
    Body body = new Body().ints(NONE | CONTINUOUS, 1, -1, 0);
    assertThatThrownBy(() -> wrap(DSE_V2, body, KNOWN))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("continuous_page_no at offset 8");
    assertThat(cursor.isContinuousPage()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(names = {"V5", "V6", "DSE_V2"})
  void changedColumnsThatAreNotDescribedAreMalformed(ProtocolVersion version) {
    Body body = new Body().ints(NONE | CHANGED, 1).shortBytes((byte) 5).ints(0);
    assertThatThrownBy(() -> wrap(version, body, KNOWN))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("flags");
  }

  @ParameterizedTest
  @EnumSource(names = {"V3", "V4", "DSE_V1"})
  void versionsWithoutMetadataIdsHaveNoNewOne(ProtocolVersion version) {
    wrap(version, new Body().ints(NONE | CHANGED, 1, 0), KNOWN);
    assertThat(cursor.newResultMetadataId()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "V3, false, false",
    "V4, false, true",
    "V5, true, true",
    "V6, true, true",
    "DSE_V1, false, true",
    "DSE_V2, true, true"
  })
  void preparedHasWhatItsVersionHas(
      ProtocolVersion version, boolean hasMetadataId, boolean hasKeyIndexes) {
    Body body = new Body().shortBytes((byte) 7);
    if (hasMetadataId) {
      body.shortBytes((byte) 8, (byte) 9);
    }
    body.ints(RowCursor.GLOBAL_TABLE, 1);
    if (hasKeyIndexes) {
      body.ints(1).shorts(0);
    }
    body.string("ks").string("t").string("k").type(Primitive.INT);
    body.ints(RowCursor.GLOBAL_TABLE, 1).string("ks").string("t").string("k").type(Primitive.INT);
    BodyReader reader = body.reader();
    Prepared prepared = PreparedDecoder.decode(version, reader);
    assertThat(reader.remaining()).isZero();
    assertThat(prepared.id()).containsExactly(7);
    assertThat(prepared.resultMetadataId()).hasSize(hasMetadataId ? 2 : 0);
    assertThat(prepared.partitionKeyIndexes()).hasSize(hasKeyIndexes ? 1 : 0);
    assertThat(prepared.variables()).isEqualTo(KNOWN);
    assertThat(prepared.resultColumns()).isEqualTo(KNOWN);
    for (int length = 0; length < body.length(); length++) {
      BodyReader cut = new BodyReader().wrap(body.buffer(), 0, length);
      assertThatThrownBy(() -> PreparedDecoder.decode(version, cut))
          .isInstanceOf(MalformedMessageException.class)
          .hasMessageContaining("offset");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "DurationType, DURATION",
    "SimpleDateType, DATE",
    "TimeType, TIME",
    "ShortType, SMALLINT",
    "ByteType, TINYINT"
  })
  void typesThatAnOlderVersionLacksComeAsClassNames(String className, Primitive type) {
    DataType named = new DataType.CustomType("org.apache.cassandra.db.marshal." + className);
    for (ProtocolVersion version : List.of(V3, V4, V5)) {
      Body body = new Body().ints(RowCursor.GLOBAL_TABLE, 1).string("ks").string("t");
      wrap(version, body.string("c").type(named).ints(0), null);
      assertThat(cursor.columnDefinitions().type(0)).isEqualTo(type);
    }
  }

  private void everyCutIsMalformed(ProtocolVersion version, Body body) {
    for (int length = 0; length < body.length(); length++) {
      int cut = length;
      assertThatThrownBy(
              () -> {
                cursor.wrap(version, body.buffer(), 0, cut, KNOWN);
                while (cursor.next()) {
                  cursor.getInt(0);
                }
              })
          .isInstanceOf(MalformedMessageException.class);
    }
  }

  private void wrap(ProtocolVersion version, Body body, @Nullable ColumnDefinitions known) {
    cursor.wrap(version, body.buffer(), 0, body.length(), known);
  }
}
