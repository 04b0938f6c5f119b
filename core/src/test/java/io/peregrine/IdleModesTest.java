package io.peregrine;

import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
@Timeout(120)
class IdleModesTest {
  @ParameterizedTest
  @EnumSource(Idle.class)
  void everyModeServesRequests(Idle idle) {
    int requests = idle == Idle.BUSY_SPIN ? 100 : 1_000;
    try (Scene scene = Scene.open(ProtocolVersion.V5, builder -> builder.idle(idle))) {
      scene.server.on(
          query("q"), rows(Columns.of("ks", "t").and("v", DataType.INT)).row(int32(7)).build());
      for (int i = 0; i < requests; i++) {
        Row row = scene.session.execute("q").one();
        assertThat(row).isNotNull();
        assertThat(row.getInt(0)).isEqualTo(7);
      }
    }
  }
}
