package io.peregrine.testkit.server;

import com.datastax.oss.protocol.internal.ProtocolConstants.Opcode;
import com.datastax.oss.protocol.internal.util.Crc;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a {@link CannedServer}: reads headers only, and answers all requests of one
 * read with one write. Confined to the server's thread; allocates nothing in the steady state.
 */
final class CannedConnection {
  private static final int IN_CAPACITY = 256 * 1024;
  private static final int OUT_CAPACITY = 256 * 1024;
  private static final int PAYLOAD_LENGTH_MASK = (1 << 17) - 1;
  private static final int SELF_CONTAINED = 1 << 17;
  private static final int CRC24_INPUT_LENGTH = 3;
  private static final int CRC24_MASK = 0xFFFFFF;

  private final CRC32 crc = new CRC32();
  private final ByteBuffer in = ByteBuffer.allocateDirect(IN_CAPACITY);
  private final CannedOutput out;
  private final ByteChannel channel;
  private final @Nullable TlsChannel tls;
  private final CannedServer server;
  private boolean framed;
  private boolean inFrame;
  private int payloadLeft;
  private long requests;

  CannedConnection(SocketChannel socket, @Nullable ServerTls tls, CannedServer server) {
    this.tls = tls == null ? null : TlsChannel.accept(socket, tls);
    this.channel = this.tls == null ? socket : this.tls;
    this.server = server;
    this.out = new CannedOutput(server.longestAnswer(), OUT_CAPACITY);
  }

  void onReady(SelectionKey key) throws IOException, ClientViolationException {
    boolean reads = key.isReadable();
    do {
      if (reads && channel.read(in) < 0) {
        channel.close();
        return;
      }
      answerAll();
      reads = out.isEmpty() && tls != null && tls.hasUnread();
    } while (reads);
    server.countRequests(requests);
    requests = 0;
    boolean allSent = out.isEmpty() && (tls == null || !tls.hasUnsent());
    int interest = allSent ? SelectionKey.OP_READ : SelectionKey.OP_WRITE;
    if (key.interestOps() != interest) {
      key.interestOps(interest);
    }
  }

  private void answerAll() throws IOException, ClientViolationException {
    if (tls != null) {
      tls.flush();
    }
    boolean moreToDo = true;
    while (moreToDo) {
      out.flush(channel);
      moreToDo = out.isEmpty() && answerWhatIsHere();
    }
  }

  /** Answers until the input or the room ends; false if it had nothing to answer. */
  private boolean answerWhatIsHere() throws ClientViolationException {
    in.flip();
    while (out.hasRoom() && answerNext()) {
      requests++;
    }
    in.compact();
    if (!in.hasRemaining() && out.isEmpty()) {
      throw new ClientViolationException("an envelope of more than " + IN_CAPACITY + " bytes");
    }
    return !out.isEmpty();
  }

  private boolean answerNext() throws ClientViolationException {
    if (framed && !enterFrame()) {
      return false;
    }
    int available = framed ? payloadLeft : in.remaining();
    int start = in.position();
    int length = -1;
    if (available >= Wire.ENVELOPE_HEADER_LENGTH) {
      int body = in.getInt(start + Wire.LENGTH_OFFSET);
      if (body < 0 || body > Wire.MAX_BODY_LENGTH) {
        throw new ClientViolationException(
            "an envelope header that claims a body of " + body + " bytes");
      }
      length = Wire.ENVELOPE_HEADER_LENGTH + body;
    }
    if (length < 0 || length > available) {
      if (framed) {
        throw new ClientViolationException("a self-contained frame with a cut envelope");
      }
      return false;
    }
    answer(start, length);
    in.position(start + length);
    if (inFrame) {
      payloadLeft -= length;
    }
    return true;
  }

  /** Goes to the next envelope inside a frame that is here as a whole; false if there is none. */
  private boolean enterFrame() throws ClientViolationException {
    while (payloadLeft == 0) {
      if (inFrame) {
        in.position(in.position() + Wire.FRAME_TRAILER_LENGTH);
        inFrame = false;
      }
      int start = in.position();
      if (in.remaining() < Wire.FRAME_HEADER_LENGTH) {
        return false;
      }
      int header = littleEndian(start, CRC24_INPUT_LENGTH);
      int claimed = littleEndian(start + CRC24_INPUT_LENGTH, CRC24_INPUT_LENGTH);
      if ((Crc.computeCrc24(header, CRC24_INPUT_LENGTH) & CRC24_MASK) != claimed) {
        throw new ClientViolationException("a frame header with a wrong CRC24");
      }
      int payload = header & PAYLOAD_LENGTH_MASK;
      int payloadStart = start + Wire.FRAME_HEADER_LENGTH;
      if (in.limit() - payloadStart < payload + Wire.FRAME_TRAILER_LENGTH) {
        return false;
      }
      int end = payloadStart + payload;
      if (CannedOutput.crc32(crc, in, payloadStart, end) != littleEndian(end, Integer.BYTES)) {
        throw new ClientViolationException("a frame payload with a wrong CRC32");
      }
      if ((header & SELF_CONTAINED) == 0) {
        server.violation("dropped a slice of an envelope of several frames: not for this server");
        in.position(end);
      } else {
        in.position(payloadStart);
        payloadLeft = payload;
      }
      inFrame = true;
    }
    return true;
  }

  private int littleEndian(int at, int bytes) {
    int value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (in.get(at + i) & 0xFF) << (i * Byte.SIZE);
    }
    return value;
  }

  private void answer(int start, int length) throws ClientViolationException {
    int version = in.get(start);
    if (version < 0) {
      throw new ClientViolationException("the direction bit of a response");
    }
    short streamId = in.getShort(start + 2);
    if (streamId < 0) {
      server.violation("negative stream id " + streamId);
    }
    CannedAnswers answers = server.answers(version);
    if (answers == null) {
      out.add(server.refusal(), streamId, false);
      return;
    }
    byte[] answer = answers.answerTo(in, start, length);
    if (answer == answers.refusal()) {
      server.violation("opcode " + in.get(start + Wire.OPCODE_OFFSET));
    }
    out.add(answer, streamId, framed);
    if (in.get(start + Wire.OPCODE_OFFSET) == Opcode.STARTUP) {
      framed = Wire.hasFrames(version);
    }
  }
}
