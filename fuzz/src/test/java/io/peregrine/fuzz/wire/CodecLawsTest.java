package io.peregrine.fuzz.wire;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Our codec against an independent one, and against itself. */
class CodecLawsTest {
  @Property(tries = 16_000, seed = "20261122")
  void requestsOfOursAreReadByTheOtherCodec(@ForAll @InputFor("requests") byte[] input) {
    Targets.REQUESTS.run(input);
  }

  @Property(tries = 24_000, seed = "20261122")
  void responsesOfTheOtherCodecAreReadByOurs(@ForAll @InputFor("responses") byte[] input) {
    Targets.RESPONSES.run(input);
  }

  @Property(tries = 6_000, seed = "20261122")
  void framesAreTheSameInBothCodecs(@ForAll @InputFor("frames") byte[] input) {
    Targets.FRAMES.run(input);
  }

  @Property(tries = 16_000, seed = "20261122")
  void flippedBitInAFrameIsDetected(@ForAll @InputFor("flipped-bit") byte[] input) {
    Targets.FLIPPED_BIT.run(input);
  }

  @Property(tries = 5_000, seed = "20261122")
  void anyChoppingOfAStreamGivesTheSameEnvelopes(@ForAll @InputFor("chopping") byte[] input) {
    Targets.CHOPPING.run(input);
  }

  @Property(tries = 3_000, seed = "20261122")
  void interleavedConnectionsKeepTheirEnvelopes(@ForAll @InputFor("interleaving") byte[] input) {
    Targets.INTERLEAVING.run(input);
  }

  @Property(tries = 6_000, seed = "20261122")
  void compressedEnvelopesAreTheSameAfterwards(
      @ForAll @InputFor("compressed-envelopes") byte[] input) {
    Targets.COMPRESSED_ENVELOPES.run(input);
  }

  @Property(tries = 5_000, seed = "20261122")
  void compressedFramesAreReadByBothCodecs(@ForAll @InputFor("compressed-frames") byte[] input) {
    Targets.COMPRESSED_FRAMES.run(input);
  }

  @Property(tries = 6_000, seed = "20261122")
  void flippedBitInACompressedFrameIsDetected(
      @ForAll @InputFor("compressed-flipped-bit") byte[] input) {
    Targets.COMPRESSED_FLIPPED_BIT.run(input);
  }

  @Property(tries = 8_000, seed = "20261122")
  void splicedPagingStateGivesTheRequestEncodedWithIt(
      @ForAll @InputFor("paging-state") byte[] input) {
    Targets.PAGING_STATE.run(input);
  }

  @Property(tries = 8_000, seed = "20261122")
  void templateOfAStatementThatChangesGivesTheEncodersBytes(
      @ForAll @InputFor("template") byte[] input) {
    Targets.TEMPLATE.run(input);
  }

  @Property(tries = 4_000, seed = "20261122")
  void contentionsAreReadWhereAServerMaySendThem(@ForAll @InputFor("contentions") byte[] input) {
    Targets.CONTENTIONS.run(input);
  }
}
