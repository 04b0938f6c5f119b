/** Tests of the forked Cassandra. Each runs on the thread that JUnit gives it. */
@NullMarked
package io.peregrine.testkit.cassandra;

import org.jspecify.annotations.NullMarked;
