package io.peregrine.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Random;
import org.agrona.BufferUtil;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.ExpandableDirectByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class ChecksumsTest {
  private final FrameChecksum checksum = new FrameChecksum();

  @ParameterizedTest
  @CsvFileSource(resources = "crc24.csv", delimiter = ';', numLinesToSkip = 1)
  void crc24IsTheServers(long register, int bytes, int crc) {
    assertThat(Crc24.compute(register, bytes)).isEqualTo(crc);
  }

  @ParameterizedTest
  @CsvFileSource(resources = "compressed-frame-headers.csv", delimiter = ';', numLinesToSkip = 1)
  void crc24CoversTheFiveBytesOfACompressedHeader(
      long compressedLength, long uncompressedLength, boolean selfContained, String header) {
    long bits = compressedLength | uncompressedLength << 17 | (selfContained ? 1L << 34 : 0);
    byte[] expected = WireBytes.hex(header);
    byte[] actual = new byte[8];
    int crc = Crc24.compute(bits, 5);
    for (int i = 0; i < 5; i++) {
      actual[i] = (byte) (bits >>> 8 * i);
    }
    for (int i = 0; i < 3; i++) {
      actual[5 + i] = (byte) (crc >>> 8 * i);
    }
    assertThat(actual).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvFileSource(resources = "crc32.csv", delimiter = ';', numLinesToSkip = 1)
  void crc32IsTheServers(@Nullable String digits, long crc) {
    byte[] bytes = WireBytes.hex(digits == null ? "" : digits);
    assertThat(checksum.compute(new UnsafeBuffer(bytes), 0, bytes.length)).isEqualTo((int) crc);
  }

  @Test
  void crc32DoesNotDependOnTheKindOfBuffer() {
    byte[] bytes = new byte[5000];
    new Random(7).nextBytes(bytes);
    int from = 3;
    int length = 4990;
    int expected = checksum.compute(new UnsafeBuffer(bytes), from, length);

    UnsafeBuffer partOfArray = new UnsafeBuffer(new byte[6000], 11, 5500);
    partOfArray.putBytes(40, bytes);
    assertThat(checksum.compute(partOfArray, 40 + from, length)).isEqualTo(expected);

    UnsafeBuffer heap = new UnsafeBuffer(ByteBuffer.allocate(6000).position(9).slice(), 5, 5500);
    heap.putBytes(0, bytes);
    assertThat(checksum.compute(heap, from, length)).isEqualTo(expected);

    ByteBuffer memory = ByteBuffer.allocateDirect(6000);
    UnsafeBuffer direct = new UnsafeBuffer(memory, 17, 5500);
    direct.putBytes(1, bytes);
    memory.limit(100).position(50);
    assertThat(checksum.compute(direct, 1 + from, length)).isEqualTo(expected);
    assertThat(checksum.compute(direct, 1 + from, length)).isEqualTo(expected);
    assertThat(memory.position()).isEqualTo(50);
    assertThat(memory.limit()).isEqualTo(100);

    UnsafeBuffer slice = new UnsafeBuffer(ByteBuffer.allocateDirect(6000).position(33).slice());
    slice.putBytes(2, bytes);
    assertThat(checksum.compute(slice, 2 + from, length)).isEqualTo(expected);

    ByteBuffer owner = ByteBuffer.allocateDirect(6000);
    UnsafeBuffer bareAddress = new UnsafeBuffer(BufferUtil.address(owner), 6000);
    bareAddress.putBytes(2, bytes);
    assertThat(checksum.compute(bareAddress, 2 + from, length)).isEqualTo(expected);
    assertThat(owner.get(2)).isEqualTo(bytes[0]);

    ExpandableArrayBuffer growingArray = new ExpandableArrayBuffer(16);
    growingArray.putBytes(0, bytes);
    assertThat(checksum.compute(growingArray, from, length)).isEqualTo(expected);

    ExpandableDirectByteBuffer growing = new ExpandableDirectByteBuffer(16);
    growing.putBytes(0, bytes, 0, 10);
    checksum.compute(growing, 0, 10);
    growing.putBytes(0, bytes);
    assertThat(checksum.compute(growing, from, length)).isEqualTo(expected);
  }

  @Test
  void crc32NeverReadsBeyondTheBuffer() {
    UnsafeBuffer partOfArray = new UnsafeBuffer(new byte[100], 10, 20);
    assertThatThrownBy(() -> checksum.compute(partOfArray, 10, 11))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> checksum.compute(partOfArray, 0, -1))
        .isInstanceOf(RuntimeException.class);
  }
}
