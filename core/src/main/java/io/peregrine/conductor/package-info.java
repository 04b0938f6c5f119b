/**
 * The slow side of the driver: who is in the cluster, which connections there are, when to try
 * again. Everything here runs on the conductor's thread, except where a class says otherwise; only
 * {@code io.peregrine} calls it.
 */
@NullMarked
package io.peregrine.conductor;

import org.jspecify.annotations.NullMarked;
