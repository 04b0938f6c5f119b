package io.peregrine.codec.envelope;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.ProtocolVersion;
import java.net.InetAddress;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.agrona.DirectBuffer;

/**
 * Lies over the replicas that failed: a number in v3 and v4, a {@code <reasonmap>} in all others
 * (v5 specification, section 8, read failure; DSE specifications, section 9). Not thread-safe;
 * valid as long as the bytes below it are.
 *
 * <p>What a failure code means differs between Cassandra and DSE, and newer servers have more of
 * them; so they stay numbers.
 */
final class FailureReasons {
  private static final int ABSENT = -1;

  /** Length byte, IPv4 address, code. */
  private static final int SHORTEST_REASON = 1 + 4 + 2;

  private int count;

  /** Where the reasons begin, behind their count. */
  private int reasonsAt = ABSENT;

  private int end;

  void wrap(ProtocolVersion version, BodyReader message) {
    reasonsAt = ABSENT;
    if (!version.hasReasonMap()) {
      count = message.readCount("number of failures", 0);
      return;
    }
    count = message.readCount("number of failures", SHORTEST_REASON);
    reasonsAt = message.position();
    for (int i = 0; i < count; i++) {
      InetNotation.skip(message, "failed replica");
      message.readShort("failure code");
    }
    end = message.position();
  }

  int count() {
    return count;
  }

  Map<InetAddress, Integer> toMap(DirectBuffer buffer) {
    if (reasonsAt == ABSENT) {
      return Map.of();
    }
    BodyReader reader = new BodyReader().wrap(buffer, reasonsAt, end - reasonsAt);
    Map<InetAddress, Integer> reasons = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      InetAddress address = InetNotation.read(reader, "failed replica");
      reasons.put(address, reader.readShort("failure code"));
    }
    return Collections.unmodifiableMap(reasons);
  }
}
