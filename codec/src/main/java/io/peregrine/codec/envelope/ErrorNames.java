package io.peregrine.codec.envelope;

import io.peregrine.codec.BodyReader;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * Names in an ERROR message: a keyspace, and what of it exists already or has failed. Not
 * thread-safe; valid as long as the bytes below it are.
 */
final class ErrorNames {
  private final BodyReader reader = new BodyReader();
  private DirectBuffer buffer = reader.buffer();
  private int offset;
  private int length;

  /** Reads and checks the names of a keyspace and a table. */
  void wrapTable(BodyReader message) {
    begin(message);
    message.skipShortBytes("table");
    length = message.position() - offset;
  }

  /** Reads and checks the names of a keyspace, a function, and its arguments' types. */
  void wrapFunction(BodyReader message) {
    begin(message);
    message.skipShortBytes("function");
    int count = message.readShort("number of argument types");
    for (int i = 0; i < count; i++) {
      message.skipShortBytes("argument type");
    }
    length = message.position() - offset;
  }

  private void begin(BodyReader message) {
    buffer = message.buffer();
    offset = message.position();
    message.skipShortBytes("keyspace");
  }

  String keyspace() {
    return reader.wrap(buffer, offset, length).readString("keyspace");
  }

  String table() {
    return afterKeyspace().readString("table");
  }

  String function() {
    return afterKeyspace().readString("function");
  }

  List<String> argumentTypes() {
    BodyReader reader = afterKeyspace();
    reader.skipShortBytes("function");
    return SupportedDecoder.readList(reader, "number of argument types", "argument type");
  }

  private BodyReader afterKeyspace() {
    BodyReader reader = this.reader.wrap(buffer, offset, length);
    reader.skipShortBytes("keyspace");
    return reader;
  }
}
