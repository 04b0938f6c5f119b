package io.peregrine.bench.rig;

import com.datastax.driver.core.BoundStatement;
import com.datastax.driver.core.Cluster;
import com.datastax.driver.core.HostDistance;
import com.datastax.driver.core.NettyOptions;
import com.datastax.driver.core.PoolingOptions;
import com.datastax.driver.core.PreparedStatement;
import com.datastax.driver.core.QueryOptions;
import com.datastax.driver.core.RemoteEndpointAwareJdkSSLOptions;
import com.datastax.driver.core.ResultSet;
import com.datastax.driver.core.ResultSetFuture;
import com.datastax.driver.core.Row;
import com.datastax.driver.core.Session;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/**
 * The Java driver 3. Used by the thread that opened it; answers to {@link #send} come on the
 * driver's thread.
 *
 * <p>Its defaults, but for what has no part in a request: it reads no schema, closes with little
 * delay, has room for all that is in flight, and sends no metrics to JMX.
 */
public final class JavaDriver3 implements Driver {
  private static final int MAX_IN_FLIGHT = 2048;
  private static final long QUIET_MILLIS = 100;
  private static final long CLOSE_MILLIS = 15_000;

  private final Cluster cluster;
  private final Session session;
  private final PreparedStatement prepared;
  private final Shape shape;
  private final Answers answers;

  private JavaDriver3(InetSocketAddress server, Shape shape, Answers answers) {
    this.shape = shape;
    this.answers = answers;
    PoolingOptions pooling =
        new PoolingOptions()
            .setConnectionsPerHost(HostDistance.LOCAL, 1, 1)
            .setMaxRequestsPerConnection(HostDistance.LOCAL, MAX_IN_FLIGHT);
    Cluster.Builder builder =
        Cluster.builder()
            .addContactPointsWithPorts(server)
            .withPoolingOptions(pooling)
            .withQueryOptions(new QueryOptions().setMetadataEnabled(false))
            .withNettyOptions(new ClosesSoon())
            .withoutJMXReporting();
    SSLContext tls = RigTls.context();
    if (tls != null) {
      builder.withSSL(RemoteEndpointAwareJdkSSLOptions.builder().withSSLContext(tls).build());
    }
    cluster = builder.build();
    session = cluster.connect();
    prepared = session.prepare(shape.query());
  }

  /** Makes them. */
  public static final class Plugin implements Driver.Plugin {
    /** Has no state. */
    public Plugin() {}

    @Override
    public Driver open(InetSocketAddress server, Workload workload, Answers answers) {
      return new JavaDriver3(server, workload.shape(), answers);
    }
  }

  private static final class ClosesSoon extends NettyOptions {
    @Override
    public void onClusterClose(EventLoopGroup eventLoopGroup) {
      eventLoopGroup
          .shutdownGracefully(QUIET_MILLIS, CLOSE_MILLIS, TimeUnit.MILLISECONDS)
          .syncUninterruptibly();
    }
  }

  @Override
  public long execute(long key) {
    return checksum(session.execute(bind(key)));
  }

  @Override
  public boolean send(long key, long token) {
    ResultSetFuture future = session.executeAsync(bind(key));
    future.addListener(
        () -> {
          try {
            answers.onAnswer(token, checksum(future.get()));
          } catch (ExecutionException | InterruptedException e) {
            answers.onFailure(e.toString());
          }
        },
        Runnable::run);
    return true;
  }

  @Override
  public void close() {
    cluster.close();
  }

  private BoundStatement bind(long key) {
    return shape == Shape.WRITE
        ? prepared.bind(key, Ticks.size(0), Ticks.ts(0), Ticks.price(0), Ticks.VENUE)
        : prepared.bind(key);
  }

  private long checksum(ResultSet rows) {
    long sum = 0;
    for (int left = rows.getAvailableWithoutFetching(); left > 0; left--) {
      Row row = rows.one();
      sum +=
          shape == Shape.SCAN
              ? Ticks.numbers(row.getInt(0), row.getInt(1), row.getLong(2), row.getDouble(3))
              : Ticks.tick(
                  row.getInt(0), row.getLong(1), row.getDouble(2), Ticks.text(row.getString(3)));
    }
    return sum;
  }
}
