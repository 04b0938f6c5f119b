package io.peregrine.metrics;

/**
 * How long requests took, in three parts. Immutable.
 *
 * <p>The first two are recorded for every request, those included that the driver sends by itself.
 * Offer and read are timed as they happen; the write counts as done when the selector thread's duty
 * cycle begins, which is early by what that cycle copies and writes before. A request that times
 * out counts with the time that it was waited for.
 *
 * @param queue from the offer to the begin of the duty cycle that wrote the request
 * @param server from then to the read that brought the answer: network and server
 * @param handler from the call of the handler to its return; recorded for one request in 32, chosen
 *     at random, so its max is that of the sample
 */
public record Latencies(Latency queue, Latency server, Latency handler) {}
