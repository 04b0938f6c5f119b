/**
 * CQL values as Java objects, for code that prefers clarity to speed: any thread may use what is
 * here, unless a class says otherwise. Rows and statements call it.
 */
@NullMarked
package io.peregrine.codec.value;

import org.jspecify.annotations.NullMarked;
