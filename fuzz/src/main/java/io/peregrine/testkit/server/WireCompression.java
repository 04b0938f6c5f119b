package io.peregrine.testkit.server;

import com.datastax.oss.protocol.internal.Compressor;
import com.datastax.oss.protocol.internal.FrameCodec;
import com.datastax.oss.protocol.internal.SegmentCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import net.jpountz.lz4.LZ4Factory;
import org.xerial.snappy.Snappy;

/**
 * The independent codecs by what a connection agreed on: LZ4 in pure Java, and snappy-java, behind
 * the formats of native-protocol. Immutable: any thread may use it.
 */
enum WireCompression {
  NONE(Compressor.none()),
  LZ4(new Lz4()),
  SNAPPY(new RawSnappy());

  /** What writes the envelopes of a version without frames. */
  final FrameCodec<WireBuffer> envelopes;

  /** What reads and writes frames; of no use for Snappy. */
  final SegmentCodec<WireBuffer> frames;

  final int frameHeaderLength;
  private final Compressor<WireBuffer> compressor;

  WireCompression(Compressor<WireBuffer> compressor) {
    this.compressor = compressor;
    envelopes = Wire.serverCodec(compressor);
    frames = new SegmentCodec<>(Wire.PRIMITIVES, compressor);
    frameHeaderLength = frames.headerLength() + SegmentCodec.CRC24_LENGTH;
  }

  /** What STARTUP names, if the server offers it; else NONE. */
  static WireCompression of(String algorithm, List<String> offered) {
    return offered.contains(algorithm) ? valueOf(algorithm.toUpperCase(Locale.ROOT)) : NONE;
  }

  /** A compressed envelope as it was before. */
  byte[] decompress(byte[] envelope) {
    WireBuffer buffer = WireBuffer.of(envelope);
    buffer.take(Wire.ENVELOPE_HEADER_LENGTH);
    byte[] body = compressor.decompress(buffer).toBytes();
    return ByteBuffer.allocate(Wire.ENVELOPE_HEADER_LENGTH + body.length)
        .put(envelope, 0, Wire.LENGTH_OFFSET)
        .put(Wire.FLAGS_OFFSET, (byte) (envelope[Wire.FLAGS_OFFSET] & ~Wire.FLAG_COMPRESSED))
        .putInt(body.length)
        .put(body)
        .array();
  }

  private static final class Lz4 implements Compressor<WireBuffer> {
    private static final LZ4Factory LIBRARY = LZ4Factory.safeInstance();

    @Override
    public String algorithm() {
      return "lz4";
    }

    @Override
    public WireBuffer compress(WireBuffer body) {
      return compress(body, Integer.BYTES);
    }

    @Override
    public WireBuffer compressWithoutLength(WireBuffer payload) {
      return compress(payload, 0);
    }

    private static WireBuffer compress(WireBuffer bytes, int prefix) {
      int length = bytes.readable();
      int from = bytes.take(length);
      int room = LIBRARY.fastCompressor().maxCompressedLength(length);
      WireBuffer compressed = new WireBuffer(prefix + room);
      if (prefix > 0) {
        ByteBuffer.wrap(compressed.bytes).putInt(length);
      }
      compressed.writer =
          prefix
              + LIBRARY
                  .fastCompressor()
                  .compress(bytes.bytes, from, length, compressed.bytes, prefix, room);
      return compressed;
    }

    @Override
    public WireBuffer decompress(WireBuffer body) {
      return decompressWithoutLength(body, Wire.PRIMITIVES.readInt(body));
    }

    @Override
    public WireBuffer decompressWithoutLength(WireBuffer block, int uncompressedLength) {
      int length = block.readable();
      int from = block.take(length);
      WireBuffer whole = new WireBuffer(uncompressedLength);
      whole.writer =
          LIBRARY
              .safeDecompressor()
              .decompress(block.bytes, from, length, whole.bytes, 0, uncompressedLength);
      if (whole.writer != uncompressedLength) {
        throw new IllegalArgumentException(
            "an LZ4 block of " + whole.writer + " bytes, said to have " + uncompressedLength);
      }
      return whole;
    }
  }

  private static final class RawSnappy implements Compressor<WireBuffer> {
    @Override
    public String algorithm() {
      return "snappy";
    }

    @Override
    public WireBuffer compress(WireBuffer body) {
      try {
        return WireBuffer.of(Snappy.compress(body.toBytes()));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public WireBuffer decompress(WireBuffer body) {
      try {
        return WireBuffer.of(Snappy.uncompress(body.toBytes()));
      } catch (IOException e) {
        throw new IllegalArgumentException("not a Snappy block", e);
      }
    }

    @Override
    public WireBuffer compressWithoutLength(WireBuffer payload) {
      throw new UnsupportedOperationException("frames know LZ4 only");
    }

    @Override
    public WireBuffer decompressWithoutLength(WireBuffer block, int uncompressedLength) {
      throw new UnsupportedOperationException("frames know LZ4 only");
    }
  }
}
