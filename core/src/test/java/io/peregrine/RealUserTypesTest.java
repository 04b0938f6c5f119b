package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.value.UdtValue;
import io.peregrine.testkit.cassandra.RealCassandra;
import io.peregrine.testkit.cassandra.SharedCassandra;
import io.peregrine.type.MappingException;
import io.peregrine.type.ValueSequence;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Classes of the application for user-defined types, and statements as their types change. */
@RealCassandra
@ParameterizedClass(name = "{0}")
@EnumSource(
    value = ProtocolVersion.class,
    names = {"V4", "V5"})
class RealUserTypesTest {
  private static RealSession real;

  @Parameter ProtocolVersion version;

  private record Address(String street, int zipCode) {}

  private record Pair(int a, @Nullable Integer b) {}

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

  @BeforeParameterizedClassInvocation
  static void open(ProtocolVersion version) {
    real = new RealSession(version, "user_types");
    real.execute("CREATE TYPE address (street text, zip_code int)");
    real.execute("CREATE TABLE users (id int PRIMARY KEY, location frozen<address>, note text)");
    real.execute("CREATE TABLE homes (id int PRIMARY KEY, all_of_them list<frozen<address>>)");
  }

  @AfterParameterizedClassInvocation
  static void close() {
    real.close();
  }

  @Test
  void registeredClassIsForStatementsOfEveryKind() {
    real.cluster.registerUserType(real.keyspace, "address", Address.class);
    Address home = new Address("'; DROP TABLE users; --", 78723);
    String insert = "INSERT INTO users (id, location) VALUES (?, ?)";
    real.execute(insert, 1, home);
    real.session.execute(real.session.prepare(insert), 2, home);
    real.session.execute(
        real.session
            .literals()
            .format("INSERT INTO users (id, location) VALUES (%s, %s)", 3, home));
    try (Session later = real.cluster.connect(real.keyspace)) {
      later.execute(
          later
              .literals()
              .formatNamed(
                  "INSERT INTO users (id, location) VALUES (4, %(home)s)", Map.of("home", home)));
    }
    real.session.execute(
        BatchStatement.logged()
            .add(insert, 5, home)
            .add(real.session.prepare(insert), 6, home)
            .add(SimpleStatement.named("UPDATE users SET note = 'x' WHERE id = 6", Map.of())));
    ResultSet result =
        real.session.execute(
            real.session
                .literals()
                .format(
                    "SELECT location FROM users WHERE id IN %s",
                    ValueSequence.of(1, 2, 3, 4, 5, 6)));
    assertThat(result.all())
        .hasSize(6)
        .allSatisfy(row -> assertThat(row.get("location", Address.class)).isEqualTo(home));
    real.execute("INSERT INTO homes (id, all_of_them) VALUES (1, ?)", List.of(home, home));
    assertThat(real.row("SELECT all_of_them FROM homes WHERE id = 1").getList(0, Address.class))
        .containsExactly(home, home);
  }

  @Test
  void beanIsForItsTypeInTextsToo() {
    real.execute("CREATE TYPE \"Named\" (name text)");
    real.execute("CREATE TABLE named (id int PRIMARY KEY, n frozen<\"Named\">)");
    real.cluster.registerUserType(real.keyspace, "Named", Named.class);
    Named named = new Named();
    named.setName("it's");
    real.session.execute(
        real.session.literals().format("INSERT INTO named (id, n) VALUES (1, %s)", named));
    real.execute("INSERT INTO named (id, n) VALUES (2, ?)", named);
    for (Row row : real.execute("SELECT n FROM named")) {
      assertThat(row.get(0, Named.class).getName()).isEqualTo("it's");
    }
  }

  @Test
  void typeThatDoesNotExistIsRefused() {
    assertThatThrownBy(() -> real.cluster.registerUserType("nowhere", "address", Address.class))
        .isInstanceOf(UserTypeDoesNotExistException.class)
        .hasMessageContaining(
            "Keyspace nowhere does not exist or has not been discovered by the driver");
    assertThatThrownBy(() -> real.cluster.registerUserType(real.keyspace, "nil", Address.class))
        .isInstanceOf(UserTypeDoesNotExistException.class)
        .hasMessageContaining("User type nil does not exist in keyspace " + real.keyspace)
        .hasMessageContaining("address");
    assertThatThrownBy(() -> real.cluster.registerUserType(real.keyspace, "address", Pair.class))
        .isInstanceOf(MappingException.class)
        .hasMessageContaining("street");
    try (Cluster unconnected =
        PatientCluster.builder().addContactPoint(SharedCassandra.server().contactPoint()).build()) {
      assertThatThrownBy(
              () -> unconnected.registerUserType(real.keyspace, "address", Address.class))
          .isInstanceOf(UserTypeDoesNotExistException.class)
          .hasMessageContaining("first session");
    }
  }

  @Test
  void valueWithoutAClassHasItsFieldsByNameAndPlace() {
    real.execute("INSERT INTO users (id, location) VALUES (11, {street: 'Main', zip_code: null})");
    UdtValue value = real.row("SELECT location FROM users WHERE id = 11").get(0, UdtValue.class);
    assertThat(value.get("street")).isEqualTo("Main");
    assertThat(value.get(1)).isNull();
  }

  @Test
  void fieldAddedLaterIsNullInWhatIsThereAndInWhatIsWrittenWithoutIt() {
    real.execute("CREATE TYPE growing (a int)");
    real.execute("CREATE TABLE grown (id int PRIMARY KEY, g frozen<growing>)");
    record Young(int a) {}
    real.cluster.registerUserType(real.keyspace, "growing", Young.class);
    PreparedStatement insert = real.session.prepare("INSERT INTO grown (id, g) VALUES (?, ?)");
    PreparedStatement select = real.session.prepare("SELECT g FROM grown WHERE id = ?");
    real.session.execute(insert, 1, new Young(7));
    real.execute("ALTER TYPE growing ADD b int");
    // Those that were prepared before are still of use, and are not what the texts mean now.
    real.session.execute(insert, 2, new Young(8));
    real.execute("INSERT INTO grown (id, g) VALUES (3, ?)", new Young(9));
    real.session.execute(
        real.session.literals().format("INSERT INTO grown (id, g) VALUES (4, %s)", new Young(10)));
    for (int id = 1; id <= 4; id++) {
      for (PreparedStatement old : List.of(select, real.session.prepare(select.query()))) {
        Row row = real.session.execute(old, id).one();
        assertThat(row.get(0, Young.class)).isEqualTo(new Young(6 + id));
        assertThat(row.get(0, UdtValue.class).get("b")).isNull();
      }
    }
    PreparedStatement anew = real.session.prepare(insert.query());
    assertThat(anew).isNotSameAs(insert);
    real.cluster.registerUserType(real.keyspace, "growing", Pair.class);
    real.session.execute(anew, 5, new Pair(11, 12));
    assertThat(real.session.execute(select, 5).one().get(0, Pair.class))
        .isEqualTo(new Pair(11, 12));
  }

  @Test
  void statementOfAnotherTableOfTheSameNameIsPreparedAnew() {
    String text = "SELECT v FROM remade WHERE k = ?";
    real.execute("CREATE TABLE remade (k int PRIMARY KEY, v int)");
    PreparedStatement first = real.session.prepare(text);
    assertThat(real.session.prepare(text)).isSameAs(first);
    real.execute("ALTER TABLE remade ADD w int");
    assertThat(real.session.prepare(text)).as("described as before").isSameAs(first);
    real.execute("DROP TABLE remade");
    real.execute("CREATE TABLE remade (k text PRIMARY KEY, v int)");
    assertThatThrownBy(() -> real.session.execute(first, 1))
        .isInstanceOf(InvalidStatementException.class)
        .hasMessageContaining("prepare it anew");
    PreparedStatement second = real.session.prepare(text);
    assertThat(second).isNotSameAs(first);
    assertThat(real.session.execute(second, "text").all()).isEmpty();
    try (Session other = real.cluster.connect()) {
      String replication =
          " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}";
      String gone = real.keyspace + "_gone";
      other.execute("CREATE KEYSPACE " + gone + replication);
      other.execute("CREATE TABLE " + gone + ".t (k int PRIMARY KEY)");
      PreparedStatement before = other.prepare("SELECT k FROM " + gone + ".t");
      other.execute("DROP KEYSPACE " + gone);
      assertThatThrownBy(() -> other.prepare(before.query()))
          .isInstanceOf(InvalidQueryException.class);
    }
  }

  @Test
  void sessionGoesToAnotherKeyspace() {
    String other = real.keyspace + "_Other";
    real.execute(
        "CREATE KEYSPACE \""
            + other
            + "\" WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
    try (Session session = real.cluster.connect(real.keyspace)) {
      session.setKeyspace(other);
      session.execute("CREATE TABLE only_here (k int PRIMARY KEY)");
      assertThat(session.execute("SELECT * FROM only_here").all()).isEmpty();
      assertThatThrownBy(() -> session.setKeyspace("nowhere"))
          .isInstanceOf(InvalidQueryException.class);
      assertThat(session.keyspace()).contains(other);
      assertThat(session.execute("SELECT * FROM only_here").all()).isEmpty();
      session.setKeyspaceAsync(real.keyspace).join();
      assertThatThrownBy(() -> session.execute("SELECT * FROM only_here"))
          .isInstanceOf(InvalidQueryException.class);
    } finally {
      real.execute("DROP KEYSPACE \"" + other + "\"");
    }
  }
}
