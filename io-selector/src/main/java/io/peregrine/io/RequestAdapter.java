package io.peregrine.io;

import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;

/**
 * Reads requests out of the ring and hands each to its connection. Confined to the agent's thread.
 */
final class RequestAdapter implements MessageHandler {
  private final Object[] references;

  RequestAdapter(Object[] references) {
    this.references = references;
  }

  @Override
  public void onMessage(int type, MutableDirectBuffer buffer, int index, int length) {
    Object[] references = this.references;
    int reference = RequestDescriptor.referenceIndex(index);
    Connection connection = (Connection) references[reference + RequestDescriptor.CONNECTION];
    ResponseHandler handler = (ResponseHandler) references[reference + RequestDescriptor.HANDLER];
    Object attachment = references[reference + RequestDescriptor.ATTACHMENT];
    Object pinned = references[reference + RequestDescriptor.PINNED];
    references[reference] = null;
    references[reference + 1] = null;
    references[reference + 2] = null;
    references[reference + 3] = null;
    try {
      connection.exchange().onRequest(type, buffer, index, handler, attachment, pinned);
    } catch (Throwable t) {
      connection.failByFault(t);
    }
  }
}
