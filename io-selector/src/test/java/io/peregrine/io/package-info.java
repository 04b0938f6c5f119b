/** The selector agent's laws, most of them with the agent driven by the test's own thread. */
@NullMarked
package io.peregrine.io;

import org.jspecify.annotations.NullMarked;
