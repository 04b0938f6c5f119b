package io.peregrine;

import io.peregrine.codec.value.CqlDuration;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A value of a CQL type in two forms: as text that the server reads, and as the object that the
 * driver reads. The server is the judge: both must come out alike. Immutable.
 *
 * @param type the CQL type
 * @param literal the value in CQL
 * @param value the value in Java
 */
record CqlCase(String type, String literal, Object value) {
  private static final String MIN_TIMEUUID = "00000000-0000-1000-8080-808080808080";
  private static final String SOME_TIMEUUID = "50554d6e-29bb-11e5-b345-feff819cdc9f";

  /** Two values of each type that has no parameters, the same that every nesting is made of. */
  static List<CqlCase> typical() {
    List<CqlCase> cases = new ArrayList<>();
    add(cases, "ascii", "'abc'", "abc", "''", "");
    add(cases, "bigint", "-2", -2L, "9007199254740993", 9007199254740993L);
    add(cases, "blob", "0xcafe00", bytes(0xca, 0xfe, 0), "0x", bytes());
    add(cases, "boolean", "false", false, "true", true);
    LocalDate date = LocalDate.of(2026, 11, 22);
    add(cases, "date", "'1969-12-31'", LocalDate.of(1969, 12, 31), "'2026-11-22'", date);
    BigDecimal decimal = new BigDecimal("12345678901234567890.0987654321");
    add(cases, "decimal", "-1.50", new BigDecimal("-1.50"), decimal.toString(), decimal);
    add(cases, "double", "-0.1", -0.1, "2.5E300", 2.5e300);
    CqlDuration negative = new CqlDuration(-1, 0, -3);
    add(cases, "duration", "1mo2d3ns", new CqlDuration(1, 2, 3), "-1mo3ns", negative);
    add(cases, "float", "-0.1", -0.1f, "1.5", 1.5f);
    add(cases, "inet", "'127.0.0.1'", inet("127.0.0.1"), "'2001:db8::1'", inet("2001:db8::1"));
    add(cases, "int", "-7", -7, "1234567", 1234567);
    add(cases, "smallint", "-300", (short) -300, "7", (short) 7);
    add(cases, "text", "'Grüße, 世界 😀'", "Grüße, 世界 😀", "'it''s'", "it's");
    LocalTime noon = LocalTime.NOON;
    add(
        cases,
        "time",
        "'08:12:54.123456789'",
        LocalTime.of(8, 12, 54, 123456789),
        "'12:00:00'",
        noon);
    Instant instant = Instant.parse("2026-11-22T08:12:54.123Z");
    Instant before = Instant.parse("1969-12-31T23:59:59.999Z");
    add(cases, "timestamp", "'2026-11-22T08:12:54.123Z'", instant, "-1", before);
    add(
        cases,
        "timeuuid",
        MIN_TIMEUUID,
        UUID.fromString(MIN_TIMEUUID),
        SOME_TIMEUUID,
        UUID.fromString(SOME_TIMEUUID));
    add(cases, "tinyint", "-100", (byte) -100, "5", (byte) 5);
    UUID random = UUID.fromString("6bddc89a-5644-4f2f-8b6d-1b9d3c3b7a10");
    add(cases, "uuid", random.toString(), random, SOME_TIMEUUID, UUID.fromString(SOME_TIMEUUID));
    add(cases, "varchar", "'abc'", "abc", "''", "");
    BigInteger large = BigInteger.TEN.pow(30).negate();
    add(cases, "varint", large.toString(), large, "128", BigInteger.valueOf(128));
    return cases;
  }

  /** Values at the ends of what a type can hold. */
  static List<CqlCase> extreme() {
    List<CqlCase> cases = new ArrayList<>();
    String ascii = "\0\1\t\n\r ~\177";
    add(cases, "ascii", "'" + ascii + "'", ascii, "'\"'", "\"");
    add(cases, "bigint", "" + Long.MIN_VALUE, Long.MIN_VALUE, "" + Long.MAX_VALUE, Long.MAX_VALUE);
    LocalDate firstDay = LocalDate.ofEpochDay(Integer.MIN_VALUE);
    LocalDate lastDay = LocalDate.ofEpochDay(Integer.MAX_VALUE);
    add(cases, "date", "0", firstDay, "4294967295", lastDay);
    add(cases, "date", "2147483648", LocalDate.EPOCH, "'-0001-01-01'", LocalDate.of(-1, 1, 1));
    add(
        cases,
        "decimal",
        "1E-1000",
        new BigDecimal("1E-1000"),
        "blobAsDecimal(0xfffffc1801)",
        new BigDecimal("1E+1000"));
    add(
        cases,
        "decimal",
        "0.00",
        new BigDecimal("0.00"),
        "blobAsDecimal(0x8000000001)",
        new BigDecimal(BigInteger.ONE, Integer.MIN_VALUE));
    add(
        cases,
        "decimal",
        "blobAsDecimal(0x7fffffffff)",
        new BigDecimal(BigInteger.ONE.negate(), Integer.MAX_VALUE),
        "0",
        BigDecimal.ZERO);
    add(cases, "double", "NaN", Double.NaN, "-0.0", -0.0);
    add(
        cases,
        "double",
        "Infinity",
        Double.POSITIVE_INFINITY,
        "-Infinity",
        Double.NEGATIVE_INFINITY);
    add(cases, "double", "4.9E-324", Double.MIN_VALUE, "1.7976931348623157E308", Double.MAX_VALUE);
    CqlDuration longest = new CqlDuration(Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE);
    add(
        cases,
        "duration",
        "2147483647mo2147483647d9223372036854775807ns",
        longest,
        "-2147483647mo2147483647d9223372036854775807ns",
        new CqlDuration(-Integer.MAX_VALUE, -Integer.MAX_VALUE, -Long.MAX_VALUE));
    add(cases, "duration", "0ns", CqlDuration.ZERO, "1y14d", new CqlDuration(12, 14, 0));
    add(cases, "float", "NaN", Float.NaN, "-0.0", -0.0f);
    add(cases, "float", "Infinity", Float.POSITIVE_INFINITY, "-Infinity", Float.NEGATIVE_INFINITY);
    add(cases, "float", "1.4E-45", Float.MIN_VALUE, "3.4028235E38", Float.MAX_VALUE);
    add(cases, "inet", "'0.0.0.0'", inet("0.0.0.0"), "'::'", inet("::"));
    add(
        cases,
        "inet",
        "'255.255.255.255'",
        inet("255.255.255.255"),
        "'fe80::1:2'",
        inet("fe80::1:2"));
    add(
        cases,
        "int",
        "" + Integer.MIN_VALUE,
        Integer.MIN_VALUE,
        "" + Integer.MAX_VALUE,
        Integer.MAX_VALUE);
    add(cases, "smallint", "-32768", Short.MIN_VALUE, "32767", Short.MAX_VALUE);
    add(cases, "text", "'\0\u0080\u07ff\u0800\uffff'", "\0\u0080\u07ff\u0800\uffff", "''", "");
    add(cases, "time", "'00:00:00'", LocalTime.MIDNIGHT, "'23:59:59.999999999'", LocalTime.MAX);
    add(
        cases,
        "timestamp",
        "" + Long.MIN_VALUE,
        Instant.ofEpochMilli(Long.MIN_VALUE),
        "" + Long.MAX_VALUE,
        Instant.ofEpochMilli(Long.MAX_VALUE));
    String lastTimeuuid = "ffffffff-ffff-1fff-bfff-ffffffffffff";
    add(
        cases,
        "timeuuid",
        MIN_TIMEUUID,
        UUID.fromString(MIN_TIMEUUID),
        lastTimeuuid,
        UUID.fromString(lastTimeuuid));
    add(cases, "tinyint", "-128", Byte.MIN_VALUE, "127", Byte.MAX_VALUE);
    String last = "ffffffff-ffff-ffff-ffff-ffffffffffff";
    add(
        cases,
        "uuid",
        "00000000-0000-0000-0000-000000000000",
        new UUID(0, 0),
        last,
        UUID.fromString(last));
    BigInteger huge = BigInteger.TWO.pow(20_000);
    add(cases, "varint", huge.toString(), huge, huge.negate().toString(), huge.negate());
    for (int number : new int[] {0, -1, 127, 128, -128, -129, 255, 256, 32767, 32768, -32769}) {
      cases.add(new CqlCase("varint", "" + number, BigInteger.valueOf(number)));
    }
    return cases;
  }

  private static void add(
      List<CqlCase> to,
      String type,
      String literal,
      Object value,
      String other,
      Object otherValue) {
    to.add(new CqlCase(type, literal, value));
    to.add(new CqlCase(type, other, otherValue));
  }

  static ByteBuffer bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return ByteBuffer.wrap(bytes);
  }

  static InetAddress inet(String address) {
    try {
      return InetAddress.getByName(address);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public String toString() {
    return type + " " + (literal.length() > 60 ? literal.substring(0, 60) + "…" : literal);
  }
}
