package io.peregrine.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class VocabularyTest {
  @Test
  void everyErrorCodeIsCalledWhatItsConstantIs() throws IllegalAccessException {
    int constants = 0;
    for (Field field : ErrorCode.class.getFields()) {
      if (Modifier.isStatic(field.getModifiers())) {
        assertThat(ErrorCode.name(field.getInt(null))).isEqualTo(field.getName());
        constants++;
      }
    }
    assertThat(constants).isEqualTo(22);
  }

  @Test
  void unknownErrorCodeIsCalledByItsNumber() {
    assertThat(ErrorCode.name(0x1234)).isEqualTo("0x1234");
    assertThat(ErrorCode.name(7)).isEqualTo("0x0007");
    assertThat(ErrorCode.name(-1)).isEqualTo("0xFFFFFFFF");
  }

  @ParameterizedTest
  @EnumSource(WriteType.class)
  void writeTypeIsFoundByItsWord(WriteType type) {
    byte[] word = ("<" + type.name() + ">").getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    assertThat(WriteType.ofName(type.name())).isEqualTo(type);
    assertThat(WriteType.ofName(new UnsafeBuffer(word), 1, word.length - 2)).isEqualTo(type);
  }

  @Test
  void unknownWriteTypeIsNoError() {
    assertThat(WriteType.ofName("PAXOS_COMMIT")).isEqualTo(WriteType.UNKNOWN);
    assertThat(WriteType.ofName("simple")).isEqualTo(WriteType.UNKNOWN);
    assertThat(WriteType.ofName(new UnsafeBuffer(new byte[6]), 0, 6)).isEqualTo(WriteType.UNKNOWN);
    assertThat(WriteType.ofName(new UnsafeBuffer(new byte[0]), 0, 0)).isEqualTo(WriteType.UNKNOWN);
  }

  @Test
  void batchTypesHaveTheSpecificationsNumbers() {
    assertThat(BatchType.LOGGED.code()).isZero();
    assertThat(BatchType.UNLOGGED.code()).isEqualTo(1);
    assertThat(BatchType.COUNTER.code()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(ConsistencyLevel.class)
  void consistencyLevelIsFoundByItsNumber(ConsistencyLevel level) {
    assertThat(ConsistencyLevel.ofCode(level.code())).isEqualTo(level);
  }

  @Test
  void consistencyLevelsHaveTheServersNumbers() {
    assertThat(ConsistencyLevel.ANY.code()).isZero();
    assertThat(ConsistencyLevel.SERIAL.code()).isEqualTo(8);
    assertThat(ConsistencyLevel.LOCAL_ONE.code()).isEqualTo(10);
    assertThat(ConsistencyLevel.NODE_LOCAL.code()).isEqualTo(11);
    assertThat(ConsistencyLevel.values()).hasSize(12);
  }

  @Test
  void onlyTheSerialLevelsAreSerial() {
    assertThat(ConsistencyLevel.values())
        .filteredOn(ConsistencyLevel::isSerial)
        .containsExactly(ConsistencyLevel.SERIAL, ConsistencyLevel.LOCAL_SERIAL);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 12, 0xFFFF})
  void numberOfNoConsistencyLevelIsRefused(int code) {
    assertThatThrownBy(() -> ConsistencyLevel.ofCode(code))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("code " + code + " is not one of 0 to 11");
  }
}
