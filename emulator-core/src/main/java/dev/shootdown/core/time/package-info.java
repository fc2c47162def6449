/**
 * Simulated time: events in a total order, and the only randomness.
 *
 * <p>Floor 1. Time is {@code long} cycles. The package refuses the wall clock and ties.
 */
package dev.shootdown.core.time;
