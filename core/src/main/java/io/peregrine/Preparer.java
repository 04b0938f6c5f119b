package io.peregrine;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.row.Prepared;
import io.peregrine.conductor.PreparedRegistry;
import io.peregrine.conductor.PreparedRegistry.Text;
import io.peregrine.metadata.Metadata;
import io.peregrine.type.TypeCodecs;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the prepared statements of a cluster, and remembers them: one for each text and keyspace.
 * Any thread may use it.
 */
final class Preparer {
  private final PreparedRegistry<PreparedStatement> statements;
  private final PreparedSettings settings;
  private final TypeCodecs codecs;
  private final StatementEvictor evictor;
  private final Supplier<Metadata> metadata;

  /**
   * @param metadata what is known of the cluster at the moment
   */
  Preparer(PreparedSettings settings, TypeCodecs codecs, Supplier<Metadata> metadata) {
    this.metadata = metadata;
    this.settings = settings;
    this.codecs = codecs;
    this.statements = new PreparedRegistry<>(settings.cacheSize(), PreparedStatement::takeUse);
    this.evictor = new StatementEvictor(statements);
  }

  /** What nodes are told that come up or are new; null for nothing. */
  @Nullable PreparedRegistry<PreparedStatement> forNewNodes() {
    return settings.onUp() ? statements : null;
  }

  boolean isOnAllHosts() {
    return settings.onAllHosts();
  }

  /** What a server has told of a statement, with what it could not tell but the schema does. */
  Prepared complete(Prepared prepared, ProtocolVersion version) {
    return version.hasPartitionKeyIndexes()
        ? prepared
        : SchemaKeys.complete(prepared, metadata.get());
  }

  /** What is known of the cluster now. */
  Metadata metadata() {
    return metadata.get();
  }

  TypeCodecs codecs() {
    return codecs;
  }

  /** Who forgets statements, or has a server asked about them again, as the schema changes. */
  StatementEvictor evictor() {
    return evictor;
  }

  /** The statement of a text, unless none is known or it may have become another. */
  @Nullable PreparedStatement known(Text text) {
    PreparedStatement known = statements.find(text);
    if (known == null || known.isDoubtful()) {
      return null;
    }
    known.use();
    return known;
  }

  /**
   * The statement that a server has described, which is the one of before if it can be.
   *
   * @param changes {@link StatementEvictor#changes} when the server was asked
   */
  PreparedStatement keep(Text text, PreparedStatement fresh, Prepared prepared, int changes) {
    PreparedStatement kept =
        statements.keep(
            text,
            fresh,
            known ->
                Arrays.equals(known.id(), prepared.id())
                    && known.variables().equals(prepared.variables()));
    if (kept != fresh) {
      kept.onDescribed(prepared);
    }
    if (evictor.changes() != changes) {
      // The answer may be older than what has changed meanwhile.
      kept.doubt();
    }
    return kept;
  }
}
