/**
 * The load rig: the same requests through this driver, through others, and through a bare socket,
 * one after the other under the same conditions. {@link io.peregrine.bench.rig.Rig} starts a server
 * and one process a driver; what runs in those, beside the driver's own plug-in, needs the JDK and
 * HdrHistogram only, so that each driver brings its own libraries.
 */
@NullMarked
package io.peregrine.bench.rig;

import org.jspecify.annotations.NullMarked;
