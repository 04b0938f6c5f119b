package io.peregrine.fuzz.wire;

import com.datastax.oss.protocol.internal.Frame;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.error.CASWriteUnknown;
import com.datastax.oss.protocol.internal.response.error.WriteTimeout;
import io.peregrine.codec.BodyReader;
import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import io.peregrine.codec.envelope.ErrorDecoder;
import io.peregrine.codec.envelope.ResponsePrefix;
import io.peregrine.testkit.server.Peer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Law: contentions are read where a conditional write timed out and the version has them, whether
 * the server sends them or not, and nowhere else; everything before them is read the same either
 * way. Stateless.
 *
 * <p>The independent codec does not know contentions, so they are put behind what it writes.
 */
final class ContentionsLaw {
  private static final int LENGTH = 2;
  private static final int ABSENT = -1;

  private ContentionsLaw() {}

  static String check(byte[] input) {
    Choices choices = new Choices(input);
    ProtocolVersion version = Features.version(choices);
    int sent = choices.below(0x10000);
    boolean conditional = choices.yes();
    Error error = error(choices, version, conditional);
    byte[] without =
        Peer.encodeResponse(
            Frame.forResponse(
                version.code(), choices.below(0x8000), null, Map.of(), List.of(), error));
    check(error, version, without, ABSENT, 0);

    boolean isRead =
        Features.hasContentions(version) && conditional && error instanceof WriteTimeout;
    byte[] with = followedBy(without, sent, LENGTH);
    check(error, version, with, isRead ? sent : ABSENT, isRead ? 0 : LENGTH);
    // Half of a number is none.
    check(error, version, followedBy(without, sent, LENGTH - 1), ABSENT, LENGTH - 1);
    return version + " " + error.getClass().getSimpleName() + (isRead ? " with contentions" : "");
  }

  private static Error error(Choices choices, ProtocolVersion version, boolean conditional) {
    String message = choices.text();
    int consistency = choices.below(ConsistencyLevel.values().length);
    int received = choices.int32();
    int blockFor = choices.int32();
    return Features.hasContentions(version) && choices.rarely(4)
        ? new CASWriteUnknown(message, consistency, received, blockFor)
        : new WriteTimeout(
            message,
            consistency,
            received,
            blockFor,
            conditional ? "CAS" : choices.of("SIMPLE", "BATCH", "CDC", "CASUAL"));
  }

  private static byte[] followedBy(byte[] envelope, int number, int length) {
    byte[] longer = Arrays.copyOf(envelope, envelope.length + length);
    UnsafeBuffer buffer = new UnsafeBuffer(longer);
    for (int i = 0; i < length; i++) {
      buffer.putByte(envelope.length + i, (byte) (number >> 8 * (LENGTH - 1 - i)));
    }
    buffer.putInt(
        EnvelopeHeaderFlyweight.BODY_LENGTH_OFFSET,
        longer.length - EnvelopeHeaderFlyweight.HEADER_LENGTH,
        ByteOrder.BIG_ENDIAN);
    return longer;
  }

  private static void check(
      Error sent, ProtocolVersion version, byte[] envelope, int contentions, int left) {
    UnsafeBuffer buffer = new UnsafeBuffer(envelope);
    EnvelopeHeaderFlyweight header = new EnvelopeHeaderFlyweight().wrap(buffer, 0);
    int length = EnvelopeHeaderFlyweight.checkedBodyLength(buffer, 0, envelope.length);
    BodyReader body = new BodyReader().wrap(buffer, EnvelopeHeaderFlyweight.HEADER_LENGTH, length);
    new ResponsePrefix().wrap(header.flags(), body);
    ErrorDecoder read = new ErrorDecoder().wrap(version, body);
    ErrorLaw.check(sent, version, read, contentions);
    Law.equal("bytes left", left, body.remaining());
    if (sent instanceof CASWriteUnknown) {
      checkRefused(read);
    }
  }

  /** What the error does not have. */
  private static void checkRefused(ErrorDecoder read) {
    try {
      read.contentions();
    } catch (IllegalStateException e) {
      return;
    }
    throw new AssertionError("an error without contentions gave some");
  }
}
