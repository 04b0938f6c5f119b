/**
 * What stands in the place of a class of Cassandra's, under the name by which Cassandra finds it.
 */
package org.apache.cassandra.security;
