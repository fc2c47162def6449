/**
 * How state leaves the machine and comes back: one walk in one order, to a digest, to a file, to a tape in
 * memory from which forks are made.
 *
 * <p>Floor 1. A {@code transfer} passes every field that the guest or a result can depend on through the
 * stream, or the field is marked {@link dev.shootdown.core.state.Derived} and rebuilt. The package refuses
 * reflection and positional, untagged values.
 */
package dev.shootdown.core.state;
