/**
 * What the emulator counts: one enum row a counter, one array a core.
 *
 * <p>Floor 1. It refuses rates and percentages: those belong to reports.
 */
package dev.shootdown.core.count;
