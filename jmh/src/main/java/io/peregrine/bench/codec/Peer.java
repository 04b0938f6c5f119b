package io.peregrine.bench.codec;

import com.datastax.oss.driver.api.core.cql.ColumnDefinition;
import com.datastax.oss.driver.api.core.cql.ColumnDefinitions;
import com.datastax.oss.driver.api.core.detach.AttachmentPoint;
import com.datastax.oss.driver.internal.core.cql.DefaultColumnDefinition;
import com.datastax.oss.driver.internal.core.cql.DefaultColumnDefinitions;
import com.datastax.oss.protocol.internal.Compressor;
import com.datastax.oss.protocol.internal.Frame;
import com.datastax.oss.protocol.internal.FrameCodec;
import com.datastax.oss.protocol.internal.ProtocolConstants;
import com.datastax.oss.protocol.internal.ProtocolV5ClientCodecs;
import com.datastax.oss.protocol.internal.request.Execute;
import com.datastax.oss.protocol.internal.request.query.QueryOptions;
import com.datastax.oss.protocol.internal.response.result.ColumnSpec;
import com.datastax.oss.protocol.internal.response.result.RawType;
import com.datastax.oss.protocol.internal.response.result.Rows;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/** The peer's codec of version 5, as a client has it. Not thread-safe: each benchmark has one. */
final class Peer {
  static final int VERSION = 5;

  private final FrameCodec<ByteBuffer> codec =
      new FrameCodec<>(new ByteBufferPrimitives(), Compressor.none(), new ProtocolV5ClientCodecs());

  /** Decodes an envelope of {@code length} bytes at the buffer's begin. */
  Frame decode(ByteBuffer buffer, int length) {
    return codec.decode(buffer.position(0).limit(length));
  }

  /** The rows of a RESULT, each a list of cells. */
  Queue<List<ByteBuffer>> rows(ByteBuffer buffer, int length) {
    return ((Rows) decode(buffer, length).message).getData();
  }

  /**
   * Writes an EXECUTE into a buffer that is used over and over, as the driver does with pooled
   * ones. Returns its length.
   */
  int execute(byte[] id, List<ByteBuffer> values, ByteBuffer into) {
    QueryOptions options =
        new QueryOptions(
            ProtocolConstants.ConsistencyLevel.LOCAL_ONE,
            values,
            Map.of(),
            true,
            Requests.PAGE_SIZE,
            null,
            ProtocolConstants.ConsistencyLevel.SERIAL,
            QueryOptions.NO_DEFAULT_TIMESTAMP,
            null,
            QueryOptions.NO_NOW_IN_SECONDS);
    Frame frame =
        Frame.forRequest(VERSION, 0, false, Frame.NO_PAYLOAD, new Execute(id, id, options));
    into.clear();
    codec.encodeInto(frame, codec.encodedBodySize(frame), into);
    return into.position();
  }

  /** The driver's definitions of columns of these types. */
  static ColumnDefinitions definitions(RawType... types) {
    return definitions(specs("ticks", types));
  }

  /** The driver's definitions, made as the driver makes them. */
  static ColumnDefinitions definitions(List<ColumnSpec> specs) {
    List<ColumnDefinition> columns = new ArrayList<>(specs.size());
    for (ColumnSpec spec : specs) {
      columns.add(new DefaultColumnDefinition(spec, AttachmentPoint.NONE));
    }
    return DefaultColumnDefinitions.valueOf(columns);
  }

  /** Columns of these types, with names that end in the table's. */
  static List<ColumnSpec> specs(String table, RawType... types) {
    List<ColumnSpec> specs = new ArrayList<>();
    for (int i = 0; i < types.length; i++) {
      specs.add(new ColumnSpec("market", table, "column_" + i + "_of_" + table, i, types[i]));
    }
    return specs;
  }

  /** A type without parameters. */
  static RawType type(int id) {
    return RawType.PRIMITIVES.get(id);
  }
}
