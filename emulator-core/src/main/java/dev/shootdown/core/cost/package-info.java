/**
 * What things cost and how they are configured: one row a number, with its unit, range, source and
 * confidence.
 *
 * <p>Floor 1. No cost literal stands anywhere else, and nothing here is a floating-point number.
 */
package dev.shootdown.core.cost;
