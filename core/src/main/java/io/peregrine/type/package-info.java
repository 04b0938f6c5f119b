/**
 * How Java objects and CQL values become each other: codecs, classes for user-defined types, rows
 * as records, literals. Cold code that is set up once; what it makes may be used by any thread.
 */
@NullMarked
package io.peregrine.type;

import org.jspecify.annotations.NullMarked;
