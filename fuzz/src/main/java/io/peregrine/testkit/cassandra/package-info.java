/**
 * The real Cassandra of the test kit: nodes in processes of their own, with a class path of their
 * own. Tests of any module call it, each cluster from one thread at a time; the thread that starts
 * the processes is the kit's.
 */
@NullMarked
package io.peregrine.testkit.cassandra;

import org.jspecify.annotations.NullMarked;
