package io.peregrine.testkit.server;

import com.datastax.oss.protocol.internal.response.result.Prepared;
import com.datastax.oss.protocol.internal.response.result.RowsMetadata;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The statements that a node knows, and what a test said about their columns. Thread-safe. */
final class PreparedStatements {
  private final Map<String, Definition> definitions = new ConcurrentHashMap<>();
  private final Map<ByteBuffer, String> known = new ConcurrentHashMap<>();

  private record Definition(Columns variables, Columns results, int[] partitionKey) {}

  private static final Definition UNDEFINED =
      new Definition(Columns.NONE, Columns.NONE, new int[0]);

  void define(String text, Columns variables, Columns results, int... partitionKey) {
    definitions.put(text, new Definition(variables, results, partitionKey.clone()));
  }

  Prepared prepare(String text) {
    Definition definition = definitions.getOrDefault(text, UNDEFINED);
    byte[] id = md5(text);
    known.put(ByteBuffer.wrap(id), text);
    RowsMetadata results =
        definition.results.specs().isEmpty()
            ? new RowsMetadata(0, null, null, null)
            : new RowsMetadata(definition.results.specs(), null, null, null);
    return new Prepared(
        id,
        md5("result of " + text + definition.results.specs().stream().map(c -> c.name).toList()),
        new RowsMetadata(definition.variables.specs(), null, definition.partitionKey, null),
        results);
  }

  @Nullable String textOf(byte[] id) {
    return known.get(ByteBuffer.wrap(id));
  }

  void forgetAll() {
    known.clear();
  }

  void forget(String text) {
    known.remove(ByteBuffer.wrap(md5(text)));
  }

  static byte[] md5(String text) {
    try {
      return MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }
}
