package io.peregrine.codec.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.MalformedMessageException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Columns are described and found. */
class ColumnDefinitionsTest {
  private static final DataType DEEP =
      new DataType.MapType(
          new DataType.TupleType(List.of(Primitive.INT, new DataType.SetType(Primitive.UUID))),
          new DataType.UserType(
              "ks",
              "u",
              List.of("a", "b"),
              List.of(Primitive.DURATION, new DataType.ListType(Primitive.BLOB))));

  @Test
  void plainNamesIgnoreCaseAndTheFirstWins() {
    ColumnDefinitions columns = columns("id", "Name", "name", "ID", "ärger");
    assertThat(columns.indexOf("id")).isZero();
    assertThat(columns.indexOf("ID")).isZero();
    assertThat(columns.indexOf("iD")).isZero();
    assertThat(columns.indexOf("name")).isEqualTo(1);
    assertThat(columns.indexOf("NAME")).isEqualTo(1);
    assertThat(columns.indexOf("ÄRGER")).isEqualTo(4);
    assertThat(columns.indexOf("nam")).isEqualTo(-1);
    assertThat(columns.indexOf("")).isEqualTo(-1);
  }

  @Test
  void quotedNamesAreExact() {
    ColumnDefinitions columns = columns("id", "Name", "name", "a\"b", "");
    assertThat(columns.indexOf("\"name\"")).isEqualTo(2);
    assertThat(columns.indexOf("\"Name\"")).isEqualTo(1);
    assertThat(columns.indexOf("\"NAME\"")).isEqualTo(-1);
    assertThat(columns.indexOf("\"a\"\"b\"")).isEqualTo(3);
    assertThat(columns.indexOf("\"\"")).isEqualTo(4);
    assertThat(columns.indexOf("\"")).isEqualTo(-1);
  }

  @Test
  void everyColumnOfAWideResultIsFound() {
    String[] names = new String[2_000];
    for (int i = 0; i < names.length; i++) {
      names[i] = "column_" + i;
    }
    ColumnDefinitions columns = columns(names);
    for (int i = 0; i < names.length; i++) {
      assertThat(columns.indexOf(names[i])).isEqualTo(i);
      assertThat(columns.indexOf("COLUMN_" + i)).isEqualTo(i);
      assertThat(columns.indexOf("\"column_" + i + "\"")).isEqualTo(i);
    }
  }

  @Test
  void unknownNameIsAnsweredWithTheColumns() {
    assertThatThrownBy(() -> columns("id", "price").requiredIndexOf("prize"))
        .isInstanceOf(UnknownColumnException.class)
        .hasMessageContaining("prize")
        .hasMessageContaining("[id, price]");
  }

  @Test
  void globalAndOwnTablesAreDecodedAndSkipped() {
    Body global = new Body().string("ks").string("t").string("a").type(DEEP).string("b");
    global.type(new DataType.CustomType("x.Y")).ints(42);
    BodyReader reader = global.reader();
    ColumnDefinitions columns = ColumnDefinitions.decode(reader, 2, true);
    assertThat(reader.readInt("end")).isEqualTo(42);
    assertThat(columns)
        .isEqualTo(
            ColumnDefinitions.of(
                "ks", "t", List.of("a", "b"), List.of(DEEP, new DataType.CustomType("x.Y"))));
    BodyReader skipping = global.reader();
    ColumnDefinitions.skip(skipping, 2, true);
    assertThat(skipping.readInt("end")).isEqualTo(42);

    Body own = new Body().string("k1").string("t1").string("a").type(DEEP);
    own.string("k2").string("t2").string("b").type(Primitive.INT).ints(42);
    reader = own.reader();
    columns = ColumnDefinitions.decode(reader, 2, false);
    assertThat(reader.readInt("end")).isEqualTo(42);
    assertThat(columns.keyspace(1) + columns.table(1) + columns.name(1)).isEqualTo("k2t2b");
    assertThat(columns.keyspace(0) + columns.table(0) + columns.type(0)).isEqualTo("k1t1" + DEEP);
    skipping = own.reader();
    ColumnDefinitions.skip(skipping, 2, false);
    assertThat(skipping.readInt("end")).isEqualTo(42);
  }

  @Test
  void everyPrimitiveIsDecodedByItsId() {
    for (Primitive primitive : Primitive.values()) {
      assertThat(DataTypeDecoder.decode(new Body().type(primitive).reader())).isEqualTo(primitive);
    }
  }

  @Test
  void unknownIdsAreMalformed() {
    for (int id : new int[] {0x0A, 0x16, 0x1F, 0x23, 0x32, 0x40, 0xFFFF}) {
      refused(new Body().shorts(id));
    }
  }

  @Test
  void nestingTenThousandDeepIsMalformed() {
    for (int id : new int[] {DataType.LIST, DataType.SET, DataType.MAP}) {
      Body body = new Body();
      for (int i = 0; i < 10_000; i++) {
        body.shorts(id);
      }
      refused(body.type(Primitive.INT));
    }
    Body tuples = new Body();
    Body udts = new Body();
    for (int i = 0; i < 10_000; i++) {
      tuples.shorts(DataType.TUPLE, 1);
      udts.shorts(DataType.UDT).string("").string("").shorts(1).string("");
    }
    refused(tuples.type(Primitive.INT));
    refused(udts.type(Primitive.INT));
  }

  @Test
  void asDeepAsAllowedIsDecoded() {
    Body body = new Body();
    for (int i = 1; i < DataType.MAX_NESTING; i++) {
      body.shorts(DataType.LIST);
    }
    assertThat(DataTypeDecoder.decode(body.type(Primitive.INT).reader()).toString())
        .endsWith("<int" + ">".repeat(DataType.MAX_NESTING - 1));
  }

  @Test
  void countsThatTheBytesCannotHoldAreMalformed() {
    refused(new Body().shorts(DataType.TUPLE, 65_535, 9));
    refused(new Body().shorts(DataType.UDT).string("k").string("u").shorts(65_535, 0, 9));
    for (int count : new int[] {-1, 3, 1 << 24, Integer.MAX_VALUE}) {
      Body body = new Body().string("k").string("t").string("a").type(Primitive.INT);
      assertThatThrownBy(() -> ColumnDefinitions.decode(body.reader(), count, true))
          .isInstanceOf(MalformedMessageException.class);
      assertThatThrownBy(() -> ColumnDefinitions.skip(body.reader(), count, true))
          .isInstanceOf(MalformedMessageException.class);
    }
  }

  private static void refused(Body body) {
    assertThatThrownBy(() -> DataTypeDecoder.decode(body.reader()))
        .isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> DataTypeDecoder.skip(body.reader()))
        .isInstanceOf(MalformedMessageException.class);
  }

  private static ColumnDefinitions columns(String... names) {
    List<DataType> types = new ArrayList<>();
    for (int i = 0; i < names.length; i++) {
      types.add(Primitive.INT);
    }
    return ColumnDefinitions.of("ks", "t", List.of(names), types);
  }
}
