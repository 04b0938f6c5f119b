/**
 * The CQL native protocol as bytes: frames, envelopes, rows and values. It starts no thread, opens
 * no socket and reads no clock.
 */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module io.peregrine.codec {
  requires transitive org.agrona;
  requires static transitive org.jspecify;
  requires org.lz4.java;
  requires static org.xerial.snappy;

  exports io.peregrine.codec;
  exports io.peregrine.codec.compress;
  exports io.peregrine.codec.envelope;
  exports io.peregrine.codec.frame;
  exports io.peregrine.codec.row;
  exports io.peregrine.codec.value;
}
