package io.peregrine.bench.scale;

import java.net.InetSocketAddress;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A driver that is connected to the large cluster. Used by one thread. */
interface ScaleDriver extends AutoCloseable {
  /** What is asked. */
  String INSERT = "INSERT INTO t (k) VALUES (1)";

  /** The keyspace that it is of, with replicas in each data centre. */
  String KEYSPACE = "ks3";

  /** Opens one. */
  @FunctionalInterface
  interface Opener {
    /**
     * Connects, and returns when requests can be sent.
     *
     * @param contact a node
     * @param tokenMap whether it is to know which node has which keys
     */
    ScaleDriver open(InetSocketAddress contact, boolean tokenMap);
  }

  /** How many nodes it knows. */
  int nodes();

  /** What it knows of tokens now: another object whenever that was built anew; null if nothing. */
  @Nullable Object tokenMap();

  /** A replica of a key in a keyspace, to see that the token map is there and whole. */
  int replicas(String keyspace, long key);

  /** Makes such a map, again and again, of the nodes and keyspaces that it knows now. */
  Supplier<?> tokenMapMaker();

  /** Sends a request that tells its key. */
  CompletionStage<?> send(long key);

  @Override
  void close();
}
