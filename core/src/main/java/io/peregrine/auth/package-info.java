/**
 * Who the client is, and how it tells servers so. Providers are shared by all connections and must
 * be thread-safe; they are called on threads of the cluster's own, and may take their time.
 */
@NullMarked
package io.peregrine.auth;

import org.jspecify.annotations.NullMarked;
