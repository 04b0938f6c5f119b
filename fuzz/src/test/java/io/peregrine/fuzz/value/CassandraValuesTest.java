package io.peregrine.fuzz.value;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.InvalidValueException;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.row.DataTypeDecoder;
import io.peregrine.codec.row.ValueDescriptor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** Cassandra's own serialisers and ours agree on every value of every type. */
class CassandraValuesTest {
  private static final CassandraTypes TYPES = new CassandraTypes();
  private static final CassandraValues CASSANDRA = new CassandraValues(TYPES);

  @Provide
  Arbitrary<TypedValue> values() {
    return GeneratedValues.any();
  }

  @Property(tries = 20_000, seed = "20261122")
  void cassandraReadsWhatWeWrite(@ForAll("values") TypedValue value) {
    ByteBuffer bytes = ByteBuffer.wrap(value.encoded());
    TYPES.validate(value.type(), bytes);
    assertThat(CASSANDRA.read(value.type(), bytes)).isEqualTo(value.value());
  }

  @Property(tries = 20_000, seed = "20261122")
  void weReadWhatCassandraWrites(@ForAll("values") TypedValue value) {
    ByteBuffer bytes = CASSANDRA.write(value.type(), value.value());
    assertThat(TypedValue.decode(value.type(), bytes)).isEqualTo(value.value());
    // Also the order of sets and maps: a key that has one is the same bytes there and here.
    assertThat(ByteBuffer.wrap(value.encoded())).isEqualTo(bytes);
  }

  @Property(tries = 20_000, seed = "20261122")
  void damagedBytesThatCassandraTakesAreReadAlike(
      @ForAll("values") TypedValue value, @ForAll long damage) {
    ByteBuffer bytes = damaged(value.encoded(), new Random(damage));
    if (bytes.hasRemaining() && TYPES.accepts(value.type(), bytes)) {
      assertReadAlike(value.type(), bytes);
    }
  }

  private static void assertReadAlike(DataType type, ByteBuffer bytes) {
    Object theirs = null;
    boolean readable = true;
    try {
      theirs = CASSANDRA.read(type, bytes);
    } catch (DateTimeException | IllegalStateException e) {
      // It takes any 64 bits for the time of a day, and counts below 0, but cannot read either.
      readable = false;
    }
    Object ours;
    try {
      ours = TypedValue.decode(type, bytes);
    } catch (MalformedMessageException e) {
      // It lets bytes follow a duration, but writes none.
      assertThat(readable && isWritten(type, theirs, bytes)).as(e.getMessage()).isFalse();
      return;
    }
    if (readable) {
      assertThat(ours).isEqualTo(theirs);
    }
  }

  private static boolean isWritten(DataType type, @Nullable Object value, ByteBuffer bytes) {
    try {
      return value != null && ByteBuffer.wrap(new TypedValue(type, value).encoded()).equals(bytes);
    } catch (InvalidValueException e) {
      return false;
    }
  }

  @Property(tries = 3_000, seed = "20261122")
  void elementsOfVectorsHaveTheSizeThatCassandraSays(@ForAll("values") TypedValue value) {
    int theirs = TYPES.fixedSize(value.type());
    long ours = ValueDescriptor.fixedSize(value.type());
    assertThat(ours).isEqualTo(theirs < 0 ? ValueDescriptor.VARIABLE_SIZE : theirs);
  }

  @Property(tries = 3_000, seed = "20261122")
  void classNamesThatCassandraSendsAreUnderstood(@ForAll("values") TypedValue value) {
    byte[] name = TYPES.className(value.type()).getBytes(StandardCharsets.UTF_8);
    UnsafeBuffer option = new UnsafeBuffer(new byte[4 + name.length]);
    option.putShort(2, (short) name.length, ByteOrder.BIG_ENDIAN);
    option.putBytes(4, name);
    BodyReader reader = new BodyReader().wrap(option, 0, option.capacity());
    assertThat(DataTypeDecoder.decode(reader)).isEqualTo(value.type());
  }

  @Example
  void emptyValuesAreReadAlike() {
    for (Primitive type : Primitive.values()) {
      assertThat(TypedValue.decode(type, ByteBuffer.allocate(0)))
          .as(type.toString())
          .isEqualTo(CASSANDRA.read(type, ByteBuffer.allocate(0)));
    }
  }

  private static ByteBuffer damaged(byte[] bytes, Random random) {
    int length = bytes.length;
    for (int left = random.nextInt(3); left > 0 && length > 0; left--) {
      bytes[random.nextInt(length)] = (byte) random.nextInt();
    }
    return ByteBuffer.wrap(bytes, 0, random.nextInt(4) == 0 ? random.nextInt(length + 1) : length);
  }
}
