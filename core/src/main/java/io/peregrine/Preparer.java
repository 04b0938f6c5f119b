package io.peregrine;

import io.peregrine.codec.row.Prepared;
import io.peregrine.conductor.PreparedRegistry;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Makes the prepared statements of a cluster: one for each text. Any thread may use it. */
final class Preparer {
  private final PreparedRegistry<PreparedStatement> statements = new PreparedRegistry<>();
  private final PreparedSettings settings;

  Preparer(PreparedSettings settings) {
    this.settings = settings;
  }

  /** What nodes are told that come up or are new; null for nothing. */
  @Nullable PreparedRegistry<PreparedStatement> forNewNodes() {
    return settings.onUp() ? statements : null;
  }

  boolean isOnAllHosts() {
    return settings.onAllHosts();
  }

  /** The statement that a server has described, which is the one of before if it can be. */
  PreparedStatement statement(String query, @Nullable String keyspace, Prepared prepared) {
    PreparedStatement fresh = new PreparedStatement(query, keyspace, prepared);
    PreparedStatement kept =
        statements.keep(
            new PreparedRegistry.Text(query, keyspace),
            fresh,
            known ->
                Arrays.equals(known.id(), prepared.id())
                    && known.variables().equals(prepared.variables()));
    if (kept != fresh && !isUpToDate(kept.resultMetadata(), prepared)) {
      kept.resultMetadata(
          new ResultMetadata(kept, prepared.resultMetadataId(), prepared.resultColumns()));
    }
    return kept;
  }

  private static boolean isUpToDate(ResultMetadata known, Prepared prepared) {
    return Arrays.equals(known.id(), prepared.resultMetadataId())
        && known.columns().equals(prepared.resultColumns());
  }
}
