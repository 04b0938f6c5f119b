package io.peregrine.io;

import org.agrona.DirectBuffer;

/** Takes the envelopes that arrive on a connection. Called on the agent's thread. */
interface EnvelopeSink {
  /**
   * One whole envelope.
   *
   * @param buffer where it is; valid during this call only
   * @param offset where its header begins
   * @param bodyLength how long its body is; checked
   */
  void onEnvelope(DirectBuffer buffer, int offset, int bodyLength);
}
