/**
 * What can be chosen: which node is asked, which are connected to, when to try again. The conductor
 * tells policies about nodes; any thread asks them for plans, so those neither block nor allocate.
 */
@NullMarked
package io.peregrine.policy;

import org.jspecify.annotations.NullMarked;
