package io.peregrine.testkit.cassandra;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks a test class that needs a real Cassandra. All such classes of a JVM share one server, so
 * each makes a keyspace of its own.
 *
 * <p>The server starts before the first such class and ends after the last test. Methods and
 * constructors may take it as a parameter of type {@link CassandraServer}. If a test fails, the
 * server's logs stay and a warning says where.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SharedCassandraExtension.class)
public @interface RealCassandra {}
