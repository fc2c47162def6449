/**
 * Simulated time: the queue of events in cycles, and the only source of randomness.
 *
 * <p>Two events never compare equal: cycle, kind, target, sequence. The package refuses the host's clock.
 *
 * <p>Verbs: {@code schedule} puts an event in; delivery takes them out in order.
 *
 * <p>Floor: 1.
 */
package dev.shootdown.core.time;
