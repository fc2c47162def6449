/**
 * How everything that a machine remembers is walked: to be saved, and to be hashed into the digest of a
 * run.
 *
 * <p>One walk serves all, so that a digest cannot forget what a file keeps. The package refuses to know
 * what it walks.
 *
 * <p>Verbs: {@code save} tells a writer every field, in an order that never depends on hashing.
 *
 * <p>Floor: 1.
 */
package dev.shootdown.core.state;
