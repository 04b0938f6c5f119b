package io.peregrine.fuzz.wire;

import io.peregrine.fuzz.wire.FuzzTarget.Kind;
import java.util.List;

/** All the targets. Immutable. */
final class Targets {
  static final FuzzTarget REQUESTS = law("requests", RequestLaw::check);
  static final FuzzTarget RESPONSES = law("responses", ResponseLaw::check);
  static final FuzzTarget FRAMES = law("frames", StreamLaws::frames);
  static final FuzzTarget FLIPPED_BIT = law("flipped-bit", StreamLaws::flippedBit);
  static final FuzzTarget CHOPPING = law("chopping", StreamLaws::chopping);
  static final FuzzTarget INTERLEAVING = law("interleaving", StreamLaws::interleaving);
  static final FuzzTarget PAGING_STATE = law("paging-state", PagingStateLaw::check);
  static final FuzzTarget TEMPLATE = law("template", TemplateLaw::check);
  static final FuzzTarget CONTENTIONS = law("contentions", ContentionsLaw::check);

  static final FuzzTarget COMPRESSED_ENVELOPES =
      law("compressed-envelopes", CompressionLaws::envelopes);
  static final FuzzTarget COMPRESSED_FRAMES = law("compressed-frames", CompressionLaws::frames);
  static final FuzzTarget COMPRESSED_FLIPPED_BIT =
      law("compressed-flipped-bit", CompressionLaws::flippedBit);
  static final FuzzTarget DECOMPRESS = decoder("decompress", CompressionLaws::decompress);

  static final FuzzTarget ERROR = decoder("error", Decoders::error);
  static final FuzzTarget EVENT = decoder("event", Decoders::event);
  static final FuzzTarget SCHEMA_CHANGE = decoder("schema-change", Decoders::schemaChange);
  static final FuzzTarget SUPPORTED = decoder("supported", Decoders::supported);
  static final FuzzTarget AUTH = decoder("auth", Decoders::auth);
  static final FuzzTarget PREFIX = decoder("prefix", Decoders::prefix);
  static final FuzzTarget PREPARED = decoder("prepared", Decoders::prepared);
  static final FuzzTarget ROWS = decoder("rows", Decoders::rows);
  static final FuzzTarget TYPE = decoder("type", Decoders::type);
  static final FuzzTarget CLASS_NAME = decoder("class-name", Decoders::className);
  static final FuzzTarget VALUE = decoder("value", Decoders::value);
  static final FuzzTarget STREAM = decoder("stream", Decoders::stream);
  static final FuzzTarget SPLICE = decoder("splice", Decoders::splice);
  static final FuzzTarget RESPONSE = decoder("response", Decoders::response);

  static final List<FuzzTarget> ALL =
      List.of(
          REQUESTS,
          RESPONSES,
          FRAMES,
          FLIPPED_BIT,
          CHOPPING,
          INTERLEAVING,
          PAGING_STATE,
          TEMPLATE,
          CONTENTIONS,
          COMPRESSED_ENVELOPES,
          COMPRESSED_FRAMES,
          COMPRESSED_FLIPPED_BIT,
          DECOMPRESS,
          ERROR,
          EVENT,
          SCHEMA_CHANGE,
          SUPPORTED,
          AUTH,
          PREFIX,
          PREPARED,
          ROWS,
          TYPE,
          CLASS_NAME,
          VALUE,
          STREAM,
          SPLICE,
          RESPONSE);

  private Targets() {}

  static FuzzTarget named(String name) {
    return ALL.stream()
        .filter(target -> target.name().equals(name))
        .findAny()
        .orElseThrow(() -> new IllegalArgumentException("no target '" + name + "'"));
  }

  private static FuzzTarget decoder(String name, FuzzTarget.Body body) {
    return new FuzzTarget(name, Kind.DECODER, body);
  }

  private static FuzzTarget law(String name, java.util.function.Function<byte[], String> law) {
    return new FuzzTarget(name, Kind.LAW, (input, meter) -> law.apply(input));
  }
}
