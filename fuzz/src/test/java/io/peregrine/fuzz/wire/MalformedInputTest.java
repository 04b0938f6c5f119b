package io.peregrine.fuzz.wire;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Every decoder over bytes of chance and damaged messages: it reads or it refuses, with ceilings on
 * what it allocates and how far it goes.
 */
class MalformedInputTest {
  @Property(tries = 6_000, seed = "20261122")
  void errorsAreReadOrRefused(@ForAll @InputFor("error") byte[] input) {
    Targets.ERROR.run(input);
  }

  @Property(tries = 5_000, seed = "20261122")
  void eventsAreReadOrRefused(@ForAll @InputFor("event") byte[] input) {
    Targets.EVENT.run(input);
  }

  @Property(tries = 3_000, seed = "20261122")
  void schemaChangesAreReadOrRefused(@ForAll @InputFor("schema-change") byte[] input) {
    Targets.SCHEMA_CHANGE.run(input);
  }

  @Property(tries = 3_000, seed = "20261122")
  void supportedIsReadOrRefused(@ForAll @InputFor("supported") byte[] input) {
    Targets.SUPPORTED.run(input);
  }

  @Property(tries = 3_000, seed = "20261122")
  void authenticationIsReadOrRefused(@ForAll @InputFor("auth") byte[] input) {
    Targets.AUTH.run(input);
  }

  @Property(tries = 6_000, seed = "20261122")
  void prefixesAreReadOrRefused(@ForAll @InputFor("prefix") byte[] input) {
    Targets.PREFIX.run(input);
  }

  @Property(tries = 6_000, seed = "20261122")
  void preparedIsReadOrRefused(@ForAll @InputFor("prepared") byte[] input) {
    Targets.PREPARED.run(input);
  }

  @Property(tries = 12_000, seed = "20261122")
  void rowsAreReadOrRefused(@ForAll @InputFor("rows") byte[] input) {
    Targets.ROWS.run(input);
  }

  @Property(tries = 5_000, seed = "20261122")
  void typesAreReadOrRefused(@ForAll @InputFor("type") byte[] input) {
    Targets.TYPE.run(input);
  }

  @Property(tries = 5_000, seed = "20261122")
  void classNamesAreUnderstoodOrKept(@ForAll @InputFor("class-name") byte[] input) {
    Targets.CLASS_NAME.run(input);
  }

  @Property(tries = 10_000, seed = "20261122")
  void valuesAreReadOrRefused(@ForAll @InputFor("value") byte[] input) {
    Targets.VALUE.run(input);
  }

  @Property(tries = 5_000, seed = "20261122")
  void streamsAreReadOrRefused(@ForAll @InputFor("stream") byte[] input) {
    Targets.STREAM.run(input);
  }

  @Property(tries = 6_000, seed = "20261122")
  void requestsAreSplicedOrRefused(@ForAll @InputFor("splice") byte[] input) {
    Targets.SPLICE.run(input);
  }

  @Property(tries = 6_000, seed = "20261122")
  void compressedBodiesAreReadOrRefused(@ForAll @InputFor("decompress") byte[] input) {
    Targets.DECOMPRESS.run(input);
  }

  @Property(tries = 10_000, seed = "20261122")
  void responsesAreReadOrRefused(@ForAll @InputFor("response") byte[] input) {
    Targets.RESPONSE.run(input);
  }
}
