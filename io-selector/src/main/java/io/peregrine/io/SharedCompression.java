package io.peregrine.io;

import io.peregrine.codec.compress.Compression;
import io.peregrine.codec.compress.Lz4BlockCodec;
import io.peregrine.codec.compress.Lz4Compressor;
import io.peregrine.codec.compress.SnappyCompressor;
import io.peregrine.codec.frame.CompressedFrameDecoder;
import io.peregrine.codec.frame.CompressedFrameEncoder;
import io.peregrine.codec.frame.FrameCompression;
import io.peregrine.codec.frame.FrameDecoder;
import io.peregrine.codec.frame.FrameEncoder;
import org.jspecify.annotations.Nullable;

/**
 * What an agent's connections need to compress, made when the first of them needs it and shared by
 * all. Confined to the agent's thread.
 */
final class SharedCompression implements AutoCloseable {
  private final DirectMemory memory;
  private final int maxEnvelopeLength;
  private @Nullable FrameCompression frames;
  private @Nullable CompressedEnvelopes lz4;
  private @Nullable CompressedEnvelopes snappy;

  SharedCompression(DirectMemory memory, int maxEnvelopeLength) {
    this.memory = memory;
    this.maxEnvelopeLength = maxEnvelopeLength;
  }

  /** An encoder for one connection, of the frames that were agreed on. */
  FrameEncoder frameEncoder(Compression agreed) {
    return agreed == Compression.NONE ? new FrameEncoder() : new CompressedFrameEncoder(frames());
  }

  /** A decoder for one connection, of the frames that were agreed on. */
  FrameDecoder frameDecoder(Compression agreed) {
    return agreed == Compression.NONE ? new FrameDecoder() : new CompressedFrameDecoder(frames());
  }

  /** For connections without frames; null if nothing was agreed on. */
  @Nullable CompressedEnvelopes envelopes(Compression agreed) {
    return switch (agreed) {
      case LZ4 -> {
        if (lz4 == null) {
          lz4 = new CompressedEnvelopes(new Lz4Compressor(), maxEnvelopeLength, memory);
        }
        yield lz4;
      }
      case SNAPPY -> {
        if (snappy == null) {
          snappy = new CompressedEnvelopes(new SnappyCompressor(), maxEnvelopeLength, memory);
        }
        yield snappy;
      }
      case NONE, AUTO -> null;
    };
  }

  private FrameCompression frames() {
    if (frames == null) {
      frames = new FrameCompression(new Lz4BlockCodec(), memory);
    }
    return frames;
  }

  /** Gives everything back; no connection may be left. */
  @Override
  public void close() {
    if (frames != null) {
      frames.close();
    }
    if (lz4 != null) {
      lz4.close();
    }
    if (snappy != null) {
      snappy.close();
    }
  }
}
