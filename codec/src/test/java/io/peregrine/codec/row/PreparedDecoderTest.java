package io.peregrine.codec.row;

import static io.peregrine.codec.ProtocolVersion.V4;
import static io.peregrine.codec.ProtocolVersion.V5;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.MalformedMessageException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A RESULT of kind Prepared. */
class PreparedDecoderTest {
  private static final ColumnDefinitions VARIABLES =
      ColumnDefinitions.of("ks", "t", List.of("a", "b"), List.of(Primitive.INT, Primitive.VARCHAR));
  private static final ColumnDefinitions RESULT =
      ColumnDefinitions.of("ks", "t", List.of("c"), List.of(Primitive.DOUBLE));

  @Test
  void selectIsDecodedInBothVersions() {
    Body v4 = result(variables(new Body().shortBytes((byte) 7), 2, 1, 0));
    BodyReader reader = v4.reader();
    Prepared prepared = PreparedDecoder.decode(V4, reader);
    assertThat(prepared.id()).containsExactly(7);
    assertThat(prepared.resultMetadataId()).isEmpty();
    assertThat(prepared.variables()).isEqualTo(VARIABLES);
    assertThat(prepared.partitionKeyIndexes()).containsExactly(1, 0);
    assertThat(prepared.resultColumns()).isEqualTo(RESULT);
    assertThat(prepared.hasResultColumns()).isTrue();
    assertThat(reader.remaining()).isZero();

    Body v5 = result(variables(new Body().shortBytes((byte) 7).shortBytes((byte) 8, (byte) 9), 0));
    prepared = PreparedDecoder.decode(V5, v5.reader());
    assertThat(prepared.resultMetadataId()).containsExactly(8, 9);
    assertThat(prepared.partitionKeyIndexes()).isEmpty();
    assertThat(prepared.resultColumns()).isEqualTo(RESULT);
  }

  @Test
  void variablesAndResultShareTheNamesOfTheirTable() {
    Body body = result(variables(new Body().shortBytes((byte) 7), 0));
    Prepared prepared = PreparedDecoder.decode(V4, body.reader());
    assertThat(prepared.resultColumns().keyspace(0)).isSameAs(prepared.variables().keyspace(0));
    assertThat(prepared.resultColumns().table(0)).isSameAs(prepared.variables().table(0));
  }

  @Test
  void statementWithoutResultHasNoColumns() {
    Body body = new Body().shortBytes((byte) 7).ints(0, 0, 0).ints(RowCursor.NO_METADATA, 0);
    Prepared prepared = PreparedDecoder.decode(V4, body.reader());
    assertThat(prepared.hasResultColumns()).isFalse();
    assertThat(prepared.resultColumns()).isSameAs(ColumnDefinitions.EMPTY);
    assertThat(prepared.variables()).isSameAs(ColumnDefinitions.EMPTY);
  }

  @Test
  void countsAndIndexesThatCannotBeAreMalformed() {
    refused(new Body().shortBytes((byte) 7).ints(1, Integer.MAX_VALUE, 0));
    refused(new Body().shortBytes((byte) 7).ints(1, -1, 0));
    refused(new Body().shortBytes((byte) 7).ints(1, 2, -1));
    refused(new Body().shortBytes((byte) 7).ints(1, 2, Integer.MAX_VALUE));
    refused(new Body().shortBytes((byte) 7).ints(RowCursor.NO_METADATA, 2, 0));
    refused(result(variables(new Body().shortBytes((byte) 7), 1, 2)));
    refused(result(variables(new Body().shortBytes((byte) 7), 3, 0, 1, 0)));
    refused(new Body().shorts(500).raw((byte) 1));
  }

  @Test
  void everyCutIsMalformed() {
    Body body = result(variables(new Body().shortBytes((byte) 7), 2, 1, 0));
    for (int length = 0; length < body.length(); length++) {
      BodyReader cut = new BodyReader().wrap(body.buffer(), 0, length);
      assertThatThrownBy(() -> PreparedDecoder.decode(V4, cut))
          .isInstanceOf(MalformedMessageException.class);
    }
  }

  private static void refused(Body body) {
    assertThatThrownBy(() -> PreparedDecoder.decode(V4, body.reader()))
        .isInstanceOf(MalformedMessageException.class);
  }

  private static Body variables(Body body, int keyCount, int... keys) {
    body.ints(RowCursor.GLOBAL_TABLE, 2, keyCount).shorts(keys).string("ks").string("t");
    return body.string("a").type(Primitive.INT).string("b").type(Primitive.VARCHAR);
  }

  private static Body result(Body body) {
    body.ints(RowCursor.GLOBAL_TABLE, 1).string("ks").string("t");
    return body.string("c").type(Primitive.DOUBLE);
  }
}
