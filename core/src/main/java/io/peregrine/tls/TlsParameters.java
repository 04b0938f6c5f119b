package io.peregrine.tls;

import java.util.List;

/**
 * What each TLS engine is told. Immutable.
 *
 * @param protocols the protocols, at least one
 * @param cipherSuites the cipher suites, or none for the context's own choice
 * @param verifiesNames whether the certificate must be issued for the node's name
 */
public record TlsParameters(
    List<String> protocols, List<String> cipherSuites, boolean verifiesNames) {}
