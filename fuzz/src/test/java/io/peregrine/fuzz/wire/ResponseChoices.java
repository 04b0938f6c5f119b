package io.peregrine.fuzz.wire;

import com.datastax.dse.protocol.internal.response.result.DseRowsMetadata;
import com.datastax.oss.protocol.internal.Frame;
import com.datastax.oss.protocol.internal.Message;
import com.datastax.oss.protocol.internal.response.AuthChallenge;
import com.datastax.oss.protocol.internal.response.AuthSuccess;
import com.datastax.oss.protocol.internal.response.Authenticate;
import com.datastax.oss.protocol.internal.response.Ready;
import com.datastax.oss.protocol.internal.response.Supported;
import com.datastax.oss.protocol.internal.response.event.GracefulDisconnectEvent;
import com.datastax.oss.protocol.internal.response.event.SchemaChangeEvent;
import com.datastax.oss.protocol.internal.response.event.StatusChangeEvent;
import com.datastax.oss.protocol.internal.response.event.TopologyChangeEvent;
import com.datastax.oss.protocol.internal.response.result.DefaultRows;
import com.datastax.oss.protocol.internal.response.result.Prepared;
import com.datastax.oss.protocol.internal.response.result.RowsMetadata;
import com.datastax.oss.protocol.internal.response.result.SchemaChange;
import com.datastax.oss.protocol.internal.response.result.SetKeyspace;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ProtocolVersion;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A generated response as the independent codec knows it. Immutable.
 *
 * @param version the version that it is written in
 * @param frame the message, with tracing id, warnings and custom payload
 * @param columns the columns of ROWS, or of what a PREPARED statement returns
 * @param variables the variables of PREPARED
 */
record ResponseChoices(
    ProtocolVersion version, Frame frame, ColumnChoices columns, ColumnChoices variables) {
  private static final int MAX_ROWS = 12;
  private static final int KINDS = 12;

  static ResponseChoices of(Choices choices) {
    return of(choices, Features.version(choices));
  }

  static ResponseChoices of(Choices choices, ProtocolVersion version) {
    return of(choices, version, choices.below(KINDS));
  }

  /** A response of the kind that {@link #kindOf} gave. */
  static ResponseChoices of(Choices choices, ProtocolVersion version, int kind) {
    UUID tracingId = choices.rarely(4) ? new UUID(choices.int64(), choices.int64()) : null;
    Map<String, ByteBuffer> payload = Map.of();
    List<String> warnings = List.of();
    if (Features.isV4OrLater(version)) {
      payload = choices.rarely(4) ? payload(choices) : payload;
      warnings = choices.rarely(4) ? choices.texts(5) : warnings;
    }
    int streamId = choices.below(0x8000);
    ColumnChoices columns = ColumnChoices.NONE;
    ColumnChoices variables = ColumnChoices.NONE;
    Message message;
    switch (kind) {
      case 0 -> message = new Ready();
      case 1 -> message = auth(choices);
      case 2 -> message = new Supported(supported(choices));
      case 3, 4 -> message = ErrorChoices.of(choices, version);
      case 5 -> message = event(choices, version);
      case 6 -> message = choices.yes() ? Void.INSTANCE : new SetKeyspace(choices.text());
      case 7 -> message = schemaChange(choices, version);
      case 8, 9 -> {
        variables = ColumnChoices.of(choices, version, 5);
        columns = choices.yes() ? ColumnChoices.of(choices, version, 5) : columns;
        message = prepared(choices, version, variables, columns);
      }
      default -> {
        columns = ColumnChoices.of(choices, version, 6);
        message = rows(choices, version, columns);
      }
    }
    Frame frame =
        Frame.forResponse(version.code(), streamId, tracingId, payload, warnings, message);
    return new ResponseChoices(version, frame, columns, variables);
  }

  /** The kind that the target's decoder is for; any, if it is for all of them. */
  static int kindOf(String target, Choices choices) {
    return switch (target) {
      case "auth" -> 1;
      case "supported" -> 2;
      case "error" -> 3;
      case "event" -> 5;
      case "schema-change" -> 7;
      case "prepared" -> 8;
      case "rows" -> 10;
      default -> choices.below(KINDS);
    };
  }

  static Map<String, ByteBuffer> payload(Choices choices) {
    Map<String, ByteBuffer> payload = new LinkedHashMap<>();
    for (int i = choices.below(4); i >= 0; i--) {
      payload.put(choices.text(), nullable(choices, 30));
    }
    return payload;
  }

  static @Nullable ByteBuffer nullable(Choices choices, int maxLength) {
    return choices.rarely(5) ? null : ByteBuffer.wrap(choices.blob(maxLength));
  }

  private static Message auth(Choices choices) {
    return switch (choices.below(3)) {
      case 0 -> new Authenticate(choices.text());
      case 1 -> new AuthChallenge(nullable(choices, 40));
      default -> new AuthSuccess(nullable(choices, 40));
    };
  }

  private static Map<String, List<String>> supported(Choices choices) {
    Map<String, List<String>> options = new TreeMap<>();
    for (int i = choices.below(6); i > 0; i--) {
      options.put(choices.text(), choices.texts(5));
    }
    return options;
  }

  private static Message event(Choices choices, ProtocolVersion version) {
    switch (choices.below(4)) {
      case 0:
        String change = choices.of("NEW_NODE", "REMOVED_NODE", "MOVED_NODE", "EATEN_NODE");
        return new TopologyChangeEvent(change, address(choices));
      case 1:
        return new StatusChangeEvent(choices.of("UP", "DOWN", "SIDEWAYS"), address(choices));
      case 2:
        return new GracefulDisconnectEvent();
      default:
        SchemaChange schema = schemaChange(choices, version);
        return new SchemaChangeEvent(
            schema.changeType, schema.target, schema.keyspace, schema.object, schema.arguments);
    }
  }

  private static SchemaChange schemaChange(Choices choices, ProtocolVersion version) {
    String change = choices.of("CREATED", "UPDATED", "DROPPED");
    String target = choices.of("KEYSPACE", "TABLE", "TYPE", "FUNCTION", "AGGREGATE");
    boolean function = target.equals("FUNCTION") || target.equals("AGGREGATE");
    if (function && !Features.isV4OrLater(version)) {
      target = "TABLE";
      function = false;
    }
    return new SchemaChange(
        change,
        target,
        choices.text(),
        target.equals("KEYSPACE") ? "" : choices.text(),
        function ? choices.texts(4) : List.of());
  }

  static InetAddress inet(Choices choices) {
    byte[] raw = new byte[choices.yes() ? 4 : 16];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = (byte) choices.octet();
    }
    try {
      return InetAddress.getByAddress(raw);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static InetSocketAddress address(Choices choices) {
    return new InetSocketAddress(inet(choices), choices.below(0x10000));
  }

  private static Message prepared(
      Choices choices, ProtocolVersion version, ColumnChoices variables, ColumnChoices columns) {
    int[] keys = null;
    if (Features.isV4OrLater(version)) {
      keys = new int[variables.size() == 0 ? 0 : choices.below(Math.min(4, variables.size() + 1))];
      for (int i = 0; i < keys.length; i++) {
        keys[i] = choices.below(variables.size());
      }
    }
    byte[] metadataId = Features.hasKeyspacePerRequest(version) ? choices.blob(16) : null;
    RowsMetadata result =
        columns.size() == 0
            ? new RowsMetadata(0, null, null, null)
            : new RowsMetadata(columns.specs(), null, null, null);
    return new Prepared(
        choices.blob(16),
        metadataId,
        new RowsMetadata(variables.specs(), null, keys, null),
        result);
  }

  private static Message rows(Choices choices, ProtocolVersion version, ColumnChoices columns) {
    int rows = columns.size() == 0 ? 0 : choices.below(MAX_ROWS);
    Queue<List<ByteBuffer>> data = new ArrayDeque<>();
    for (int r = 0; r < rows; r++) {
      List<ByteBuffer> row = new ArrayList<>();
      for (int c = 0; c < columns.size(); c++) {
        byte[] cell = ValueChoices.cell(choices, columns.types().get(c));
        row.add(cell == null ? null : ByteBuffer.wrap(cell));
      }
      data.add(row);
    }
    return new DefaultRows(metadata(choices, version, columns), data);
  }

  private static RowsMetadata metadata(
      Choices choices, ProtocolVersion version, ColumnChoices columns) {
    ByteBuffer state = choices.rarely(3) ? ByteBuffer.wrap(choices.blob(40)) : null;
    boolean described = !choices.rarely(3);
    byte[] newId =
        described && Features.hasKeyspacePerRequest(version) && choices.rarely(3)
            ? choices.blob(16)
            : null;
    if (Features.isDse(version)) {
      int page = choices.yes() ? 1 + choices.below(1000) : -1;
      boolean last = page > 0 && choices.yes();
      return described
          ? new DseRowsMetadata(columns.specs(), state, null, newId, page, last)
          : new DseRowsMetadata(columns.size(), state, null, null, page, last);
    }
    return described
        ? new RowsMetadata(columns.specs(), state, null, newId)
        : new RowsMetadata(columns.size(), state, null, null);
  }
}
