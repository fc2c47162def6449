/**
 * How state leaves the machine: one walk in one order, to a digest or to a file.
 *
 * <p>Floor 1. A {@code save} writes every field that the guest or a result can depend on, or the field is
 * marked {@link dev.shootdown.core.state.Derived}. The package refuses reflection and positional, untagged
 * values.
 */
package dev.shootdown.core.state;
