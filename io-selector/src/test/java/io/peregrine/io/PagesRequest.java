package io.peregrine.io;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.QueryEncoder;
import io.peregrine.codec.envelope.QueryParameters;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.agrona.MutableDirectBuffer;

/** A QUERY for continuous paging. Any number of threads may offer it. */
final class PagesRequest implements RequestEncoder {
  private final byte[] text;
  private final QueryParameters parameters =
      new QueryParameters().pageSize(1).continuousPaging(0, 0, 0);

  PagesRequest(String text) {
    this.text = text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public int encodedLength(ProtocolVersion version) {
    return QueryEncoder.encodedLength(version, text, parameters);
  }

  @Override
  public int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset) {
    return QueryEncoder.encode(version, text, parameters, buffer, offset);
  }

  @Override
  public boolean isRepeatable() {
    return true;
  }

  @Override
  public boolean isStreamed() {
    return true;
  }

  long offer(Connection connection, RecordingStream stream, Duration timeout) {
    return connection.offer(this, stream, "attachment", "pinned", 7, timeout.toNanos());
  }
}
