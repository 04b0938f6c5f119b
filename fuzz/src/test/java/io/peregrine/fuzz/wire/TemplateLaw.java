package io.peregrine.fuzz.wire;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.ExecuteTemplate;
import io.peregrine.codec.envelope.QueryParameters;

/**
 * Law: however a statement changes between its uses, and whichever connection it goes to, its
 * template gives the bytes that the encoder gives. Not thread-safe.
 */
final class TemplateLaw {
  private static final int MAX_USES = 8;
  private static final int MAX_ID_LENGTH = 20;

  private final Choices choices;
  private final ExecuteTemplate template = new ExecuteTemplate();
  private ProtocolVersion version;
  private byte[] id;
  private byte[] metadataId;
  private boolean withNames;
  private CellRegion values;
  private QueryParameters parameters;

  private TemplateLaw(Choices choices) {
    this.choices = choices;
    version = Features.version(choices);
    id = choices.blob(MAX_ID_LENGTH);
    metadataId = choices.blob(MAX_ID_LENGTH);
    ParameterChoices first = ParameterChoices.of(choices, version, true);
    withNames = first.withNames();
    values = first.values();
    parameters = first.parameters();
  }

  static String check(byte[] input) {
    Choices choices = new Choices(input);
    TemplateLaw law = new TemplateLaw(choices);
    String outcome = law.version + " EXECUTE";
    law.use();
    for (int left = choices.below(MAX_USES); left > 0; left--) {
      law.change(choices.below(14));
      law.use();
    }
    return outcome;
  }

  private void use() {
    byte[] expected = RequestLaw.executeEnvelope(version, id, metadataId, parameters);
    template.update(version, id, metadataId, parameters);
    Law.equalBytes("envelope", expected, encoded());
    Law.holds("nothing new", !template.update(version, id, metadataId, parameters));
    Law.equalBytes("envelope of a second use", expected, encoded());
  }

  private byte[] encoded() {
    int length = values.length();
    return RequestLaw.encode(
        template.encodedLength(length),
        (b, at) -> template.encode(b, at, values.buffer(), 0, length));
  }

  private void change(int what) {
    switch (what) {
      case 0 -> everything();
      case 1 -> id = choices.blob(MAX_ID_LENGTH);
      case 2 -> metadataId = choices.blob(MAX_ID_LENGTH);
      case 3 -> parameters.consistency(choices.of(ConsistencyLevel.values()));
      case 4 ->
          parameters.serialConsistency(
              choices.of(null, ConsistencyLevel.SERIAL, ConsistencyLevel.LOCAL_SERIAL));
      case 5 -> parameters.pagingState(choices.yes() ? choices.blob(40) : null);
      case 6 -> parameters.timestamp(QueryParameters.NO_TIMESTAMP);
      case 7 -> parameters.keyspace(RequestLaw.utf8OrNull(RequestLaw.keyspace(choices, version)));
      case 8 -> parameters.nowInSeconds(now());
      case 9 -> parameters.skipMetadata(choices.yes());
      case 10 -> parameters.tracing(choices.yes());
      case 11, 12 -> values();
      default -> parameters.timestamp(choices.int64());
    }
  }

  /** Also the connection, whose version may take other parameters. */
  private void everything() {
    version = Features.version(choices);
    ParameterChoices next = ParameterChoices.of(choices, version, true);
    withNames = next.withNames();
    values = next.values();
    parameters = next.parameters();
  }

  private void values() {
    values = CellRegion.of(choices, version, 6, withNames);
    parameters.values(values.buffer(), 0, values.length(), values.cells().size());
  }

  private int now() {
    return Features.hasNow(version) && choices.yes() ? choices.int32() : QueryParameters.NO_NOW;
  }
}
