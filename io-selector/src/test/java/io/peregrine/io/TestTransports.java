package io.peregrine.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Transports that count, chop and break. Confined to the test's thread. */
final class TestTransports {
  private TestTransports() {}

  /** Notes the bytes of each write. */
  static final class Counting implements TransportFactory {
    final List<byte[]> writes = new ArrayList<>();

    @Override
    public Transport open(SocketChannel channel, TransportOwner owner) {
      Transport plain = TransportFactory.PLAIN.open(channel, owner);
      return new Transport() {
        @Override
        public int read(ByteBuffer target) throws IOException {
          return plain.read(target);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
          byte[] bytes = new byte[source.remaining()];
          source.get(source.position(), bytes);
          writes.add(bytes);
          return plain.write(source);
        }
      };
    }
  }

  /** Counts the bytes each way. */
  static final class Metered implements TransportFactory {
    int read;
    int written;

    @Override
    public Transport open(SocketChannel channel, TransportOwner owner) {
      Transport plain = TransportFactory.PLAIN.open(channel, owner);
      return new Transport() {
        @Override
        public int read(ByteBuffer target) throws IOException {
          int count = plain.read(target);
          read += Math.max(0, count);
          return count;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
          int count = plain.write(source);
          written += count;
          return count;
        }
      };
    }
  }

  /** Reads few bytes at a time, and writes few, sometimes none. */
  static TransportFactory chopped(long seed, int mostRead, int mostWritten) {
    Random random = new Random(seed);
    return (channel, owner) -> {
      Transport plain = TransportFactory.PLAIN.open(channel, owner);
      return new Transport() {
        @Override
        public int read(ByteBuffer target) throws IOException {
          int limit = target.limit();
          int most = 1 + random.nextInt(mostRead);
          target.limit(Math.min(limit, target.position() + most));
          int read = plain.read(target);
          target.limit(limit);
          return read;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
          int limit = source.limit();
          int most = random.nextInt(mostWritten + 1);
          source.limit(Math.min(limit, source.position() + most));
          int written = plain.write(source);
          source.limit(limit);
          return written;
        }
      };
    };
  }

  /**
   * Ends after so many bytes: the stream that is read comes to its end there, and a write past
   * there is a broken pipe.
   */
  static TransportFactory cut(int read, int written) {
    return (channel, owner) -> {
      Transport plain = TransportFactory.PLAIN.open(channel, owner);
      return new Transport() {
        private int toRead = read;
        private int toWrite = written;

        @Override
        public int read(ByteBuffer target) throws IOException {
          if (toRead == 0) {
            return -1;
          }
          int limit = target.limit();
          target.limit(Math.min(limit, target.position() + toRead));
          int read = plain.read(target);
          target.limit(limit);
          toRead -= Math.max(0, read);
          return read;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
          if (toWrite == 0) {
            throw new IOException("Broken pipe");
          }
          int limit = source.limit();
          source.limit(Math.min(limit, source.position() + toWrite));
          int written = plain.write(source);
          source.limit(limit);
          toWrite -= written;
          return written;
        }
      };
    };
  }

  /**
   * Writes so often, so many TLS records the last time, and then has no reader any more: the next
   * write is a broken pipe once the server has said its last word, which is still there to be read.
   */
  static TransportFactory refused(int writes, int recordsOfTheLast) {
    return (channel, owner) -> {
      Transport plain = TransportFactory.PLAIN.open(channel, owner);
      return new Transport() {
        private final ByteBuffer lastWords = ByteBuffer.allocateDirect(64 << 10).limit(0);
        private int left = writes;
        private boolean over;

        @Override
        public int read(ByteBuffer target) throws IOException {
          if (!over) {
            // On a busy machine the last word may be there before the pipe is tried again.
            return left == 0 ? 0 : plain.read(target);
          }
          if (!lastWords.hasRemaining()) {
            return -1;
          }
          int begin = target.position();
          while (target.hasRemaining() && lastWords.hasRemaining()) {
            target.put(lastWords.get());
          }
          return target.position() - begin;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
          if (left == 0) {
            listen();
            throw new IOException("Broken pipe");
          }
          int limit = source.limit();
          if (--left == 0) {
            int end = source.position();
            for (int i = 0; i < recordsOfTheLast && end < limit; i++) {
              end += 5 + (source.getShort(end + 3) & 0xFFFF);
            }
            source.limit(end);
          }
          int written = plain.write(source);
          source.limit(limit);
          return written;
        }

        private void listen() {
          if (!over) {
            over = true;
            lastWords.clear();
            try {
              while (plain.read(lastWords) >= 0) {
                Thread.onSpinWait();
              }
            } catch (IOException reset) {
              // All that came before it has been read.
            }
            lastWords.flip();
          }
        }
      };
    };
  }

  /** Fails as the test says. */
  static final class Breaking implements TransportFactory {
    RuntimeException onRead;
    Error onWrite;

    @Override
    public Transport open(SocketChannel channel, TransportOwner owner) {
      Transport plain = TransportFactory.PLAIN.open(channel, owner);
      return new Transport() {
        @Override
        public int read(ByteBuffer target) throws IOException {
          if (onRead != null) {
            throw onRead;
          }
          return plain.read(target);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
          if (onWrite != null) {
            throw onWrite;
          }
          return plain.write(source);
        }
      };
    }
  }
}
