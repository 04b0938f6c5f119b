package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.WrongTypeException;
import io.peregrine.codec.row.UnknownColumnException;
import io.peregrine.testkit.cassandra.RealCassandra;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Every type without parameters, written and read through a real Cassandra. */
@RealCassandra
@ParameterizedClass(name = "{0}")
@EnumSource(
    value = ProtocolVersion.class,
    names = {"V4", "V5"})
class RealTypesTest {
  /** Types of which the server takes an empty value that is not null, from times long gone. */
  private static final List<String> MAYBE_EMPTY =
      List.of(
          "bigint",
          "boolean",
          "decimal",
          "double",
          "float",
          "inet",
          "int",
          "timestamp",
          "timeuuid",
          "uuid",
          "varint");

  private static RealSession real;

  @Parameter ProtocolVersion version;

  @BeforeParameterizedClassInvocation
  static void open(ProtocolVersion version) {
    real = new RealSession(version, "types");
    String columns =
        types().stream().map(type -> "v_" + type + " " + type).collect(Collectors.joining(", "));
    real.execute("CREATE TABLE types (k int PRIMARY KEY, " + columns + ")");
  }

  @AfterParameterizedClassInvocation
  static void close() {
    real.close();
  }

  private static List<String> types() {
    return CqlCase.typical().stream().map(CqlCase::type).distinct().toList();
  }

  private static String insert(String type, String key, String value) {
    return "INSERT INTO types (k, v_" + type + ") VALUES (" + key + ", " + value + ")";
  }

  private static String select(String type, int key) {
    return "SELECT v_" + type + " FROM types WHERE k = " + key;
  }

  private static List<CqlCase> all() {
    List<CqlCase> all = new ArrayList<>(CqlCase.typical());
    all.addAll(CqlCase.extreme());
    return all;
  }

  @Test
  void whatTheDriverWritesIsWhatTheServerMakesOfTheText() {
    Map<String, PreparedStatement> inserts = new LinkedHashMap<>();
    for (CqlCase each : all()) {
      real.execute(insert(each.type(), "1", each.literal()));
      PreparedStatement insert =
          inserts.computeIfAbsent(
              each.type(), type -> real.session.prepare(insert(type, "?", "?")));
      real.session.execute(insert.bind(2, each.value()));
      Row byText = real.row(select(each.type(), 1));
      Row byDriver = real.row(select(each.type(), 2));
      assertThat(byText.getObject(0)).as("%s", each).isEqualTo(each.value());
      assertThat(byDriver.getObject(0)).as("%s", each).isEqualTo(each.value());
      assertThat(raw(byDriver)).as("%s", each).isEqualTo(raw(byText));
    }
  }

  @Test
  void flyweightReadsWhatTheServerMakesOfTheText() {
    for (CqlCase each : all()) {
      real.execute(insert(each.type(), "3", each.literal()));
      PreparedStatement select = real.session.prepare(select(each.type(), 3));
      Object value =
          real.offer(
              select.bind(),
              rows -> {
                rows.columnDefinitions();
                assertThat(rows.next()).isTrue();
                return rows.getObject("v_" + each.type());
              });
      assertThat(value).as("%s", each).isEqualTo(each.value());
    }
  }

  @Test
  void simpleStatementGuessesTypesByClasses() {
    for (CqlCase each : CqlCase.typical()) {
      real.execute(insert(each.type(), "?", "?"), 4, each.value());
      Row row = real.row(select(each.type(), 4));
      assertThat(row.getObject(0)).as("%s", each).isEqualTo(each.value());
    }
  }

  @Test
  void nullIsNullAndUnsetLeavesTheOldValue() {
    for (CqlCase each : CqlCase.typical()) {
      String type = each.type();
      PreparedStatement insert = real.session.prepare(insert(type, "?", "?"));
      String select = select(type, 5);

      real.session.execute(insert.bind(5, null));
      assertThat(real.row(select).isNull(0)).as(type).isTrue();
      assertThat(real.row(select).getObject("v_" + type)).as(type).isNull();

      real.session.execute(insert.bind(5, each.value()));
      real.session.execute(insert.bind().setInt(0, 5));
      assertThat(real.row(select).getObject(0)).as(type).isEqualTo(each.value());
      real.session.execute(insert.bind(5, null).unset(1));
      assertThat(real.row(select).getObject(0)).as(type).isEqualTo(each.value());

      real.session.execute(insert.bind().setInt(0, 5).setNull(1));
      assertThat(real.row(select).isNull("v_" + type)).as(type).isTrue();
    }
  }

  @Test
  void emptyValueThatIsNotNullReadsAsNothing() {
    for (String type : MAYBE_EMPTY) {
      real.execute(insert(type, "6", "blobAs" + type + "(0x)"));
      Row row = real.row(select(type, 6));
      assertThat(row.isNull(0)).as(type).isFalse();
      assertThat(row.valueLength(0)).as(type).isZero();
      assertThat(row.getObject(0)).as(type).isNull();
    }
    Row row = real.row("SELECT * FROM types WHERE k = 6");
    assertThat(row.getInt("v_int")).isZero();
    assertThat(row.getLong("v_bigint")).isZero();
    assertThat(row.getLong("v_timestamp")).isZero();
    assertThat(row.getDouble("v_double")).isZero();
    assertThat(row.getFloat("v_float")).isZero();
    assertThat(row.getBoolean("v_boolean")).isFalse();
    assertThat(row.getUuidMostSignificantBits("v_uuid")).isZero();
  }

  @Test
  void settersAndGettersOfEachTypeAgreeByIndexAndByName() {
    real.execute(
        "CREATE TABLE each_type (k int PRIMARY KEY, ti tinyint, si smallint, i int, bi bigint,"
            + " f float, d double, b boolean, t text, \"Quoted\" blob, u uuid, ts timestamp,"
            + " dt date, tm time, a ascii, dc decimal, vi varint, ip inet)");
    String columns = "ti, si, i, bi, f, d, b, t, \"Quoted\", u, ts, dt, tm, a, dc, vi, ip";
    BoundStatement insert =
        real.session
            .prepare(
                "INSERT INTO each_type (k, "
                    + columns
                    + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .bind();
    UUID uuid = UUID.randomUUID();
    LocalDate date = LocalDate.of(2026, 11, 22);
    // Backwards, so that each value moves those behind it.
    insert.set("IP", CqlCase.inet("::1")).set("vi", BigInteger.TEN).set("dc", BigDecimal.ONE);
    insert.setString(14, "plain").setLong(13, 86_399_999_999_999L).set(12, date);
    insert.setLong(11, 1234L).setUuid(10, uuid);
    insert.setBytes(9, new UnsafeBuffer(new byte[] {1, 2, 3, 4}), 1, 2);
    insert.setString(8, "Grüße").setBoolean(7, true).setDouble(6, 0.25).setFloat(5, 0.5f);
    insert.setLong(4, 1L << 40).setInt(3, -3).setShort(2, (short) -2).setByte(1, (byte) -1);
    real.session.execute(insert.setInt(0, 1));

    Row row = real.row("SELECT " + columns + " FROM each_type WHERE k = 1");
    assertThat(row.getByte(0)).isEqualTo(row.getByte("TI")).isEqualTo((byte) -1);
    assertThat(row.getShort(1)).isEqualTo(row.getShort("si")).isEqualTo((short) -2);
    assertThat(row.getInt(2)).isEqualTo(row.getInt("\"i\"")).isEqualTo(-3);
    assertThat(row.getLong(3)).isEqualTo(row.getLong("Bi")).isEqualTo(1L << 40);
    assertThat(row.getFloat(4)).isEqualTo(row.getFloat("f")).isEqualTo(0.5f);
    assertThat(row.getDouble(5)).isEqualTo(row.getDouble("d")).isEqualTo(0.25);
    assertThat(row.getBoolean(6)).isEqualTo(row.getBoolean("b")).isTrue();
    assertThat(row.getString(7)).isEqualTo(row.getString("t")).isEqualTo("Grüße");
    assertThat(row.getByteBuffer(8)).isEqualTo(CqlCase.bytes(2, 3));
    assertThat(row.getObject("quoted")).isEqualTo(row.getObject("\"Quoted\""));
    assertThat(row.getUuid(9)).isEqualTo(uuid);
    assertThat(row.getUuidMostSignificantBits("u")).isEqualTo(uuid.getMostSignificantBits());
    assertThat(row.getInstant(10)).isEqualTo(Instant.ofEpochMilli(row.getLong("ts")));
    assertThat(row.getLong(10)).isEqualTo(1234L);
    assertThat(row.getLocalDate(11)).isEqualTo(date);
    assertThat(row.getInt(11)).isEqualTo((int) (date.toEpochDay() + (1L << 31)));
    assertThat(row.getLocalTime(12)).isEqualTo(LocalTime.MAX);
    assertThat(row.getLong("tm")).isEqualTo(86_399_999_999_999L);
    assertThat(row.getString(13)).isEqualTo("plain");
    assertThat(row.getBigDecimal(14)).isEqualTo(BigDecimal.ONE);
    assertThat(row.getBigInteger(15)).isEqualTo(BigInteger.TEN);
    assertThat(row.getInetAddress(16)).isEqualTo(CqlCase.inet("::1"));

    assertThatThrownBy(() -> row.getLong("i")).isInstanceOf(WrongTypeException.class);
    assertThatThrownBy(() -> row.getUuid(0)).isInstanceOf(WrongTypeException.class);
    assertThatThrownBy(() -> row.getInt("\"I\"")).isInstanceOf(UnknownColumnException.class);
    assertThatThrownBy(() -> row.getObject("\"quoted\""))
        .isInstanceOf(UnknownColumnException.class);
    assertThatThrownBy(() -> row.getInt(17)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> insert.setInt(4, 1)).isInstanceOf(WrongTypeException.class);
    assertThatThrownBy(() -> insert.set("t", 1)).isInstanceOf(WrongTypeException.class);
  }

  @Test
  void namesThatDifferInCaseAloneAreToldApartByQuotes() {
    real.execute("CREATE TABLE twins (k int PRIMARY KEY, twin int, \"Twin\" int)");
    PreparedStatement insert =
        real.session.prepare("INSERT INTO twins (k, twin, \"Twin\") VALUES (?, ?, ?)");
    real.session.execute(insert.bind(1, 2, 3));
    real.session.execute(insert.bind(1, null, null).set("\"Twin\"", 5).set("\"twin\"", 4));
    Row row = real.row("SELECT k, twin, \"Twin\" FROM twins");
    assertThat(row.getInt("\"twin\"")).isEqualTo(row.getInt(1)).isEqualTo(4);
    assertThat(row.getInt("\"Twin\"")).isEqualTo(row.getInt(2)).isEqualTo(5);
    assertThat(row.getInt("TWIN")).isEqualTo(4);
  }

  @Test
  void counterCountsAndReadsAsLong() {
    real.execute("CREATE TABLE counters (k text PRIMARY KEY, c counter)");
    PreparedStatement add = real.session.prepare("UPDATE counters SET c = c + ? WHERE k = ?");
    real.session.execute(add.bind(5L, "a"));
    real.session.execute(add.bind().setLong(0, Long.MIN_VALUE).setString(1, "a"));
    Row row = real.row("SELECT c FROM counters WHERE k = 'a'");
    assertThat(row.getLong(0)).isEqualTo(Long.MIN_VALUE + 5);
    assertThat(row.getObject("c")).isEqualTo(Long.MIN_VALUE + 5);
  }

  @Test
  void longTextAndBlobComeBackWhole() {
    PreparedStatement text = real.session.prepare(insert("text", "?", "?"));
    PreparedStatement blob = real.session.prepare(insert("blob", "?", "?"));
    // On both sides of 64 KiB and of a frame's 128 KiB.
    for (int length : new int[] {65_535, 65_536, 131_000, 131_071, 131_072, 400_000}) {
      String value = "aß€😀".repeat(length / 10);
      real.session.execute(text.bind(7, value));
      assertThat(real.row(select("text", 7)).getString(0)).isEqualTo(value);
      byte[] bytes = new byte[length];
      new Random(length).nextBytes(bytes);
      real.session.execute(blob.bind(7, bytes));
      assertThat(real.row(select("blob", 7)).getByteBuffer(0)).isEqualTo(ByteBuffer.wrap(bytes));
    }
  }

  private static ByteBuffer raw(Row row) {
    UnsafeBuffer view = new UnsafeBuffer(0, 0);
    assertThat(row.getBytes(0, view)).isTrue();
    byte[] bytes = new byte[view.capacity()];
    view.getBytes(0, bytes);
    return ByteBuffer.wrap(bytes);
  }
}
