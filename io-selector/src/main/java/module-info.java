/**
 * Bytes to sockets and back: one selector agent, many connections. It knows envelopes and stream
 * ids, and nothing of CQL, nodes or policies.
 */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module io.peregrine.io {
  requires transitive io.peregrine.codec;
  requires transitive org.agrona;
  requires transitive HdrHistogram;
  requires static transitive org.jspecify;
  requires static affinity;

  exports io.peregrine.io;
}
