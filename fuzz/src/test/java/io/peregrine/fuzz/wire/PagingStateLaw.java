package io.peregrine.fuzz.wire;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import io.peregrine.codec.envelope.PagingStateSplicer;
import io.peregrine.codec.envelope.QueryParameters;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Law: a paging state put into a finished request gives the bytes of the request that was encoded
 * with it. Stateless.
 */
final class PagingStateLaw {
  private PagingStateLaw() {}

  static String check(byte[] input) {
    Choices choices = new Choices(input);
    ProtocolVersion version = Features.version(choices);
    boolean query = choices.yes();
    int streamId = choices.below(0x8000);
    byte[] state = choices.blob(200);
    byte[] id = choices.blob(20);
    byte[] metadataId = choices.blob(20);
    String text = choices.text();
    ParameterChoices generated = ParameterChoices.of(choices, version, true);

    QueryParameters parameters = generated.parameters();
    byte[] request =
        query
            ? RequestLaw.queryEnvelope(version, text, parameters)
            : RequestLaw.executeEnvelope(version, id, metadataId, parameters);
    setStreamId(request, streamId);
    UnsafeBuffer buffer = new UnsafeBuffer(request);
    byte[] spliced =
        RequestLaw.encode(
            PagingStateSplicer.splicedLength(buffer, 0, request.length, state),
            (b, at) -> PagingStateSplicer.splice(buffer, 0, request.length, state, b, at));

    parameters.pagingState(state);
    byte[] expected =
        query
            ? RequestLaw.queryEnvelope(version, text, parameters)
            : RequestLaw.executeEnvelope(version, id, metadataId, parameters);
    setStreamId(expected, streamId);
    Law.equalBytes("spliced request", expected, spliced);
    return version + (query ? " QUERY" : " EXECUTE");
  }

  private static void setStreamId(byte[] envelope, int streamId) {
    new UnsafeBuffer(envelope)
        .putShort(EnvelopeHeaderFlyweight.STREAM_ID_OFFSET, (short) streamId, ByteOrder.BIG_ENDIAN);
  }
}
