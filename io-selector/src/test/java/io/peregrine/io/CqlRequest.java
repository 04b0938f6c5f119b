package io.peregrine.io;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.QueryEncoder;
import io.peregrine.codec.envelope.QueryParameters;
import java.nio.charset.StandardCharsets;
import org.agrona.MutableDirectBuffer;

/** A QUERY. Any number of threads may offer it, because nothing of it changes. */
final class CqlRequest implements RequestEncoder {
  private final byte[] text;
  private final boolean repeatable;
  private final QueryParameters parameters = new QueryParameters();

  CqlRequest(String text) {
    this(text.getBytes(StandardCharsets.UTF_8), true);
  }

  CqlRequest(byte[] text, boolean repeatable) {
    this.text = text;
    this.repeatable = repeatable;
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
    return repeatable;
  }

  long offer(Connection connection, ResponseHandler handler, long correlationId) {
    return connection.offer(this, handler, null, null, correlationId, Offer.NO_TIMEOUT);
  }

  long offer(
      Connection connection, ResponseHandler handler, long correlationId, long timeoutNanos) {
    return connection.offer(this, handler, null, null, correlationId, timeoutNanos);
  }
}
