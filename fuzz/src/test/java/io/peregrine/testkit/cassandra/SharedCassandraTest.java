package io.peregrine.testkit.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.testkit.cassandra.CassandraClusterTest.Options;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What tests may rely on when they share a server. */
@RealCassandra
class SharedCassandraTest {
  @Test
  void testTakesTheSharedServerAsAParameter(CassandraServer server) throws IOException {
    assertThat(server).isSameAs(SharedCassandra.server());
    assertThat(Options.opcodeOfReply(server.contactPoint())).isEqualTo(Options.SUPPORTED);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:19042, 127.0.0.1, 19042",
    "127.0.0.1, 127.0.0.1, 9042",
    "[::1]:19042, 0:0:0:0:0:0:0:1, 19042",
    "::1, 0:0:0:0:0:0:0:1, 9042"
  })
  void contactPointIsAHostWithOrWithoutAPort(String text, String host, int port) {
    assertThat(SharedCassandra.address(text).getAddress().getHostAddress()).isEqualTo(host);
    assertThat(SharedCassandra.address(text).getPort()).isEqualTo(port);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:no", "127.0.0.1:65536", "no host:9042"})
  void contactPointThatIsNoneIsRefused(String text) {
    assertThatThrownBy(() -> SharedCassandra.address(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(SharedCassandra.CONTACT_POINT_PROP_NAME)
        .hasMessageContaining(text);
  }
}
