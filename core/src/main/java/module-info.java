/** The driver: clusters, sessions, statements and results. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module io.peregrine {
  requires transitive io.peregrine.codec;
  requires io.peregrine.io;
  requires transitive org.agrona;
  requires java.naming;
  requires org.slf4j;
  requires transitive java.security.sasl;
  requires static transitive org.jspecify;

  exports io.peregrine;
  exports io.peregrine.auth;
  exports io.peregrine.graph;
  exports io.peregrine.metadata;
  exports io.peregrine.metrics;
  exports io.peregrine.policy;
  exports io.peregrine.type;
}
