package io.peregrine.testkit.server;

import com.datastax.oss.protocol.internal.Message;
import com.datastax.oss.protocol.internal.ProtocolConstants.ErrorCode;
import com.datastax.oss.protocol.internal.request.Batch;
import com.datastax.oss.protocol.internal.request.Execute;
import com.datastax.oss.protocol.internal.request.Options;
import com.datastax.oss.protocol.internal.request.Prepare;
import com.datastax.oss.protocol.internal.request.Query;
import com.datastax.oss.protocol.internal.request.Register;
import com.datastax.oss.protocol.internal.request.Startup;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.Ready;
import com.datastax.oss.protocol.internal.response.Supported;
import com.datastax.oss.protocol.internal.response.error.Unprepared;
import com.datastax.oss.protocol.internal.response.result.SetKeyspace;
import com.datastax.oss.protocol.internal.response.result.Void;
import com.datastax.oss.protocol.internal.util.Bytes;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a server answers when no script says otherwise. Thread-safe. */
final class DefaultAnswers implements Responder {
  private static final Pattern USE =
      Pattern.compile("\\s*USE\\s+\"?([^\";\\s]+)\"?.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private final TreeSet<Integer> versions;
  private final List<String> compressions;
  private final SystemTables systemTables;
  private final PreparedStatements prepared;

  DefaultAnswers(
      TreeSet<Integer> versions,
      List<String> compressions,
      SystemTables systemTables,
      PreparedStatements prepared) {
    this.versions = versions;
    this.compressions = compressions;
    this.systemTables = systemTables;
    this.prepared = prepared;
  }

  @Override
  public void respond(Exchange exchange) {
    exchange.reply(answer(exchange.request().message(), exchange.request().version()));
  }

  /** The version of an answer to a request whose own version the server does not speak. */
  int highestVersion() {
    return versions.last();
  }

  boolean speaks(int version) {
    return versions.contains(version);
  }

  Error unsupportedVersion(int version) {
    return new Error(
        ErrorCode.PROTOCOL_ERROR,
        "Invalid or unsupported protocol version ("
            + version
            + "); supported versions are ("
            + String.join(", ", versionNames())
            + ")");
  }

  private List<String> versionNames() {
    return versions.stream().map(version -> version + "/v" + version).toList();
  }

  /** The answer to a request of that version. */
  Message answer(Message request, int version) {
    if (request instanceof Options) {
      return new Supported(
          Map.of(
              "CQL_VERSION", List.of("3.4.7"),
              "COMPRESSION", compressions,
              "PROTOCOL_VERSIONS", versionNames()));
    }
    if (request instanceof Startup startup) {
      return answerStartup(startup, version);
    }
    if (request instanceof Register) {
      return new Ready();
    }
    if (request instanceof Query query) {
      return answerQuery(query);
    }
    if (request instanceof Prepare prepare) {
      return prepared.prepare(prepare.cqlQuery);
    }
    byte[] unknown = unknownId(request);
    if (unknown != null) {
      return new Unprepared(
          "Prepared query with ID " + Bytes.toHexString(unknown) + " not found", unknown);
    }
    if (request instanceof Execute || request instanceof Batch) {
      return Void.INSTANCE;
    }
    return new Error(ErrorCode.PROTOCOL_ERROR, "no script answers " + request);
  }

  /** What the client asks for in STARTUP and the server has. */
  WireCompression compressionOf(Startup startup) {
    return WireCompression.of(
        startup.options.getOrDefault(Startup.COMPRESSION_KEY, "none"), compressions);
  }

  private Message answerStartup(Startup startup, int version) {
    String asked = startup.options.getOrDefault(Startup.COMPRESSION_KEY, "none");
    WireCompression compression = compressionOf(startup);
    if (compression == WireCompression.NONE && !asked.equalsIgnoreCase("none")) {
      return new Error(ErrorCode.PROTOCOL_ERROR, "Unknown compression algorithm: " + asked);
    }
    if (compression == WireCompression.SNAPPY && Wire.hasFrames(version)) {
      return new Error(
          ErrorCode.PROTOCOL_ERROR, "Snappy compression is not supported in protocol V" + version);
    }
    return new Ready();
  }

  private Message answerQuery(Query query) {
    Matcher use = USE.matcher(query.query);
    if (use.matches()) {
      return new SetKeyspace(use.group(1));
    }
    Message rows = systemTables.answer(query);
    return rows == null ? Void.INSTANCE : rows;
  }

  private byte @Nullable [] unknownId(Message request) {
    if (request instanceof Execute execute) {
      return prepared.textOf(execute.queryId) == null ? execute.queryId : null;
    }
    if (request instanceof Batch batch) {
      for (Object queryOrId : batch.queriesOrIds) {
        if (queryOrId instanceof byte[] id && prepared.textOf(id) == null) {
          return id;
        }
      }
    }
    return null;
  }
}
