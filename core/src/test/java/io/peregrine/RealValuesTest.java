package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.value.TupleValue;
import io.peregrine.codec.value.UdtValue;
import io.peregrine.testkit.cassandra.RealCassandra;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.type.MappingException;
import io.peregrine.type.TimeCodecs;
import io.peregrine.type.TypeCodec;
import io.peregrine.type.UdtMapper;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@RealCassandra
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource(
    value = ProtocolVersion.class,
    names = {"V4", "V5"})
class RealValuesTest {
  private static RealSession real;

  @Parameter ProtocolVersion version;

  enum Side {
    BUY,
    SELL
  }

  record Address(String street, int zipCode, List<String> phones) {}

  record Person(int id, Optional<Address> address, Map<String, Address> others) {}

  record Order(
      int id, Side side, @Nullable Integer size, Duration age, byte[] raw, List<Side> sides) {}

  record Cents(long cents) {}

  @BeforeParameterizedClassInvocation
  static void open(ProtocolVersion version) {
    real = new RealSession(version, "own_values");
    real.execute("CREATE TYPE address (street text, zip_code int, phones frozen<list<text>>)");
    real.execute(
        "CREATE TABLE people (id int PRIMARY KEY, address frozen<address>,"
            + " others map<text, frozen<address>>)");
    real.execute(
        "CREATE TABLE orders (id int PRIMARY KEY, side text, size int, age duration, raw blob,"
            + " sides list<int>, cents bigint, at frozen<tuple<timestamp, text>>)");
    real.execute("CREATE TABLE series (k int, c int, PRIMARY KEY (k, c))");
    real.execute("CREATE TABLE hits (k int PRIMARY KEY, c counter)");
  }

  @AfterParameterizedClassInvocation
  static void close() {
    real.close();
  }

  @Test
  void recordsGoInAndOutOfUserDefinedTypes() {
    Address home = new Address("Main", 12345, List.of("1", "2"));
    Address work = new Address("Wall", 1, List.of());
    PreparedStatement insert =
        real.session.prepare("INSERT INTO people (id, address, others) VALUES (?, ?, ?)");
    real.session.execute(insert.bind(1, home, Map.of("work", work)));
    real.session.execute(insert.bind(2, null, null));
    Row row = real.row("SELECT * FROM people WHERE id = 1");
    assertThat(row.get("address", Address.class)).isEqualTo(home);
    assertThat(row.get("address", UdtValue.class).get("zip_code")).isEqualTo(12345);
    assertThat(row.getMap(2, String.class, Address.class)).isEqualTo(Map.of("work", work));
    MappedRows<Person> people =
        real.execute("SELECT id, address, others FROM people WHERE id IN (1, 2)").map(Person.class);
    assertThat(people.one()).isEqualTo(new Person(1, Optional.of(home), Map.of("work", work)));
    assertThat(people.one()).isEqualTo(new Person(2, Optional.empty(), null));
  }

  @Test
  void typeThatGrowsIsStillRead() {
    real.execute("CREATE TYPE point (x int)");
    real.execute("CREATE TABLE points (id int PRIMARY KEY, p frozen<point>)");
    record Point(int x) {}
    real.session.execute(
        real.session.prepare("INSERT INTO points (id, p) VALUES (?, ?)").bind(1, new Point(7)));
    real.execute("ALTER TYPE point ADD y int");
    Row row = real.row("SELECT p FROM points");
    assertThat(row.get(0, Point.class)).isEqualTo(new Point(7));
    assertThat(row.get(0, UdtValue.class).get("y")).isNull();
  }

  @Test
  void beansAreRegisteredForTheirType() {
    real.execute("CREATE TYPE \"Named\" (name text)");
    real.execute("CREATE TABLE named (id int PRIMARY KEY, n frozen<\"Named\">)");
    real.cluster.codecs().register(UdtMapper.of(Named.class).forType(real.keyspace, "Named"));
    Named named = new Named();
    named.setName("it's");
    PreparedStatement insert = real.session.prepare("INSERT INTO named (id, n) VALUES (?, ?)");
    real.session.execute(insert.bind().setInt(0, 1).set(1, named, Named.class));
    assertThat(real.row("SELECT n FROM named").get(0, Named.class).getName()).isEqualTo("it's");
  }

  /** A class as tools generate them. */
  public static final class Named {
    private @Nullable String name;

    public @Nullable String getName() {
      return name;
    }

    public void setName(String name) {
      this.name = name;
    }
  }

  @Test
  void enumsAndClassesOfTheJdkGoInAndOut() {
    PreparedStatement insert =
        real.session.prepare(
            "INSERT INTO orders (id, side, size, age, raw, sides) VALUES (?, ?, ?, ?, ?, ?)");
    Duration age = Duration.ofMillis(1_500);
    byte[] raw = {1, 2};
    List<Side> sides = List.of(Side.SELL, Side.BUY);
    real.session.execute(insert.bind(1, Side.SELL, Optional.empty(), age, raw, sides));
    Order order = real.execute("SELECT * FROM orders WHERE id = 1").map(Order.class).all().get(0);
    assertThat(order.side()).isEqualTo(Side.SELL);
    assertThat(order.size()).isNull();
    assertThat(order.age()).isEqualTo(age);
    assertThat(order.raw()).isEqualTo(raw);
    assertThat(order.sides()).isEqualTo(sides);
    Row row = real.row("SELECT side, sides FROM orders WHERE id = 1");
    assertThat(row.getString(0)).isEqualTo("SELL");
    assertThat(row.getList(1, Integer.class)).containsExactly(1, 0);
    assertThat(row.getList(1, Side.class)).isEqualTo(sides);
  }

  @Test
  void ownCodecsAreUsedByTheSession() {
    real.cluster
        .codecs()
        .register(TimeCodecs.zonedWithZone())
        .register(
            TypeCodec.mapping(
                Cents.class,
                io.peregrine.codec.DataType.Primitive.BIGINT,
                Long.class,
                Cents::cents,
                Cents::new));
    ZonedDateTime at = Instant.parse("2026-11-27T01:02:03.004Z").atZone(ZoneId.of("Europe/Paris"));
    PreparedStatement insert =
        real.session.prepare("INSERT INTO orders (id, cents, at) VALUES (?, ?, ?)");
    real.session.execute(insert.bind(2, new Cents(995), at));
    Row row = real.row("SELECT cents, at FROM orders WHERE id = 2");
    assertThat(row.getLong(0)).isEqualTo(995);
    assertThat(row.get(0, Cents.class)).isEqualTo(new Cents(995));
    assertThat(row.get(1, ZonedDateTime.class)).isEqualTo(at);
    assertThat(row.get(1, TupleValue.class).get(1)).isEqualTo("Europe/Paris");
  }

  @Test
  void recordWithoutItsColumnIsRefused() {
    ResultSet people = real.execute("SELECT id FROM people");
    assertThatThrownBy(() -> people.map(Person.class))
        .isInstanceOf(MappingException.class)
        .hasMessageContaining("address of Person");
  }

  @Test
  void writetimeIsWhatTheGeneratorSays() {
    AtomicLong next = new AtomicLong(1_700_000_000_000_000L);
    try (Session own =
        real.cluster.connect(
            real.keyspace, ConnectOptions.defaults().timestampGenerator(next::incrementAndGet))) {
      own.execute("INSERT INTO orders (id, size) VALUES (10, 1)");
      long expected = next.get();
      assertThat(real.row("SELECT writetime(size) FROM orders WHERE id = 10").getLong(0))
          .isEqualTo(expected);
      own.execute("INSERT INTO orders (id, size) VALUES (11, 1) USING TIMESTAMP 5");
      assertThat(real.row("SELECT writetime(size) FROM orders WHERE id = 11").getLong(0))
          .isEqualTo(5);
    }
  }

  @Test
  void laterWriteOfOneSessionStandsHoweverFastItComes() {
    PreparedStatement insert = real.session.prepare("INSERT INTO orders (id, size) VALUES (12, ?)");
    BoundStatement bound = insert.bind();
    List<ResponseFuture> futures = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      futures.add(real.session.executeAsync(bound.setInt(0, i)));
    }
    futures.forEach(RealSession::await);
    assertThat(real.row("SELECT size FROM orders WHERE id = 12").getInt(0)).isEqualTo(199);
  }

  @Test
  void mapBindsWhatItHas() {
    PreparedStatement insert =
        real.session.prepare("INSERT INTO orders (id, side, size) VALUES (:id, :side, :size)");
    real.session.execute(insert.bindNamed(Map.of("id", 20, "side", "BUY", "size", 5)));
    real.session.execute(insert.bindNamed(Map.of("id", 20, "size", 6, "more", "x")));
    Row row = real.row("SELECT side, size FROM orders WHERE id = 20");
    assertThat(row.asMap()).isEqualTo(Map.of("side", "BUY", "size", 6));
  }

  @Test
  void pageIsGoneOnWithInAnotherSession() {
    PreparedStatement insert = real.session.prepare("INSERT INTO series (k, c) VALUES (1, ?)");
    List<BoundStatement> inserts = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      inserts.add(insert.bind(i));
    }
    Concurrent.execute(real.session, inserts);
    String query = "SELECT c FROM series WHERE k = ?";
    PreparedStatement select = real.session.prepare(query);
    ResultSet first = real.session.execute(select.bind(1).setPageSize(10));
    String state = first.pagingState().toString();
    try (Session other = real.cluster.connect(real.keyspace)) {
      BoundStatement rest = other.prepare(query).bind(1).setPageSize(10);
      List<Row> rows = other.execute(rest.setPagingState(PagingState.fromString(state))).all();
      assertThat(rows).hasSize(15);
      assertThat(rows.get(0).getInt(0)).isEqualTo(10);
      rest.setInt(0, 2);
      assertThatThrownBy(() -> other.execute(rest)).isInstanceOf(PagingStateException.class);
    }
  }

  @Test
  void mixturesThatCassandraKnowsNothingOfAreRefusedByIt() {
    SimpleStatement hit = SimpleStatement.of("UPDATE hits SET c = c + 1 WHERE k = 1");
    SimpleStatement write = SimpleStatement.of("INSERT INTO series (k, c) VALUES (5, 5)");
    real.session.execute(BatchStatement.counter().addAll(List.of(hit, hit)));
    assertThat(real.row("SELECT c FROM hits WHERE k = 1").getLong(0)).isEqualTo(2);
    for (BatchStatement batch :
        List.of(
            BatchStatement.counter().add(hit).add(write),
            BatchStatement.logged().add(hit).add(write),
            BatchStatement.unlogged().add(hit).add(write))) {
      assertThatThrownBy(() -> real.session.execute(batch))
          .isInstanceOf(InvalidQueryException.class);
    }
  }

  @Test
  void keyspaceAndNowAreTheRequests() {
    String other = real.keyspace + "_other";
    real.execute(
        "CREATE KEYSPACE IF NOT EXISTS "
            + other
            + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
    real.execute("CREATE TABLE IF NOT EXISTS " + other + ".only_there (k int PRIMARY KEY, v int)");
    Instant past = Instant.ofEpochSecond(1_000_000);
    SimpleStatement insert =
        SimpleStatement.of("INSERT INTO only_there (k, v) VALUES (1, 2) USING TTL 100");
    insert.setKeyspace(other);
    if (version == ProtocolVersion.V4) {
      assertThatThrownBy(() -> real.session.execute(insert.setNow(past)))
          .hasMessageContaining("nowInSeconds");
    } else {
      real.session.execute(insert.setNow(past));
      SimpleStatement select =
          SimpleStatement.of("SELECT ttl(v) FROM only_there WHERE k = 1").setKeyspace(other);
      assertThat(real.row(select.setNow(past.plusSeconds(40))).getInt(0)).isEqualTo(60);
      assertThat(real.session.execute(select.setNow(null)).all()).isEmpty();
    }
    real.execute("DROP KEYSPACE " + other);
  }

  @Test
  void payloadThatNobodyReadsDoesNoHarm() {
    SimpleStatement select =
        SimpleStatement.of("SELECT key FROM system.local")
            .setCustomPayload(Map.of("some", ByteBuffer.wrap(new byte[] {1})));
    assertThat(real.row(select).getString(0)).isEqualTo("local");
  }
}
