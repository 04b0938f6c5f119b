package io.peregrine.bench.rig;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.CqlSessionBuilder;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.ResultSet;
import com.datastax.oss.driver.api.core.cql.Row;
import java.net.InetSocketAddress;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/**
 * The Java driver 4, and those that kept its packages. Used by the thread that opened it; answers
 * to {@link #send} come on the driver's thread.
 *
 * <p>Its defaults, but for what has no part in a request: it reads no schema, closes without delay,
 * and has room for all that is in flight.
 */
public final class JavaDriver4 implements Driver {
  private static final int MAX_IN_FLIGHT = 2048;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final CqlSession session;
  private final PreparedStatement prepared;
  private final Shape shape;
  private final Answers answers;

  private JavaDriver4(InetSocketAddress server, String dataCenter, Shape shape, Answers answers) {
    this.shape = shape;
    this.answers = answers;
    DriverConfigLoader config =
        DriverConfigLoader.programmaticBuilder()
            .withBoolean(DefaultDriverOption.METADATA_SCHEMA_ENABLED, false)
            .withInt(DefaultDriverOption.CONNECTION_MAX_REQUESTS, MAX_IN_FLIGHT)
            .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, PATIENCE)
            .withDuration(DefaultDriverOption.CONTROL_CONNECTION_TIMEOUT, PATIENCE)
            .withInt(DefaultDriverOption.NETTY_IO_SHUTDOWN_QUIET_PERIOD, 0)
            .withInt(DefaultDriverOption.NETTY_ADMIN_SHUTDOWN_QUIET_PERIOD, 0)
            .build();
    CqlSessionBuilder builder =
        CqlSession.builder()
            .withConfigLoader(config)
            .addContactPoint(server)
            .withLocalDatacenter(dataCenter);
    SSLContext tls = RigTls.context();
    session = (tls == null ? builder : builder.withSslContext(tls)).build();
    prepared = session.prepare(shape.query());
  }

  /** Makes them. */
  public static final class Plugin implements Driver.Plugin {
    /** Has no state. */
    public Plugin() {}

    @Override
    public Driver open(InetSocketAddress server, Workload workload, Answers answers) {
      String dataCenter = System.getProperty(LoadClient.DATA_CENTER_PROP_NAME, "dc1");
      return new JavaDriver4(server, dataCenter, workload.shape(), answers);
    }
  }

  @Override
  public long execute(long key) {
    ResultSet rows = session.execute(bind(key));
    long sum = 0;
    for (int left = rows.getAvailableWithoutFetching(); left > 0; left--) {
      sum += checksum(rows.one());
    }
    return sum;
  }

  @Override
  public boolean send(long key, long token) {
    session
        .executeAsync(bind(key))
        .whenComplete(
            (rows, error) -> {
              if (error != null) {
                answers.onFailure(error.toString());
              } else {
                answers.onAnswer(token, checksum(rows));
              }
            });
    return true;
  }

  @Override
  public void close() {
    session.close();
  }

  private BoundStatement bind(long key) {
    return shape == Shape.WRITE
        ? prepared.bind(key, Ticks.size(0), Ticks.ts(0), Ticks.price(0), Ticks.VENUE)
        : prepared.bind(key);
  }

  private long checksum(AsyncResultSet rows) {
    long sum = 0;
    for (Row row : rows.currentPage()) {
      sum += checksum(row);
    }
    return sum;
  }

  private long checksum(Row row) {
    return shape == Shape.SCAN
        ? Ticks.numbers(row.getInt(0), row.getInt(1), row.getLong(2), row.getDouble(3))
        : Ticks.tick(row.getInt(0), row.getLong(1), row.getDouble(2), Ticks.text(row.getString(3)));
  }
}
