/**
 * Wrappers that check at run time what a plugin must keep to, and that the core keeps to it, too. They change
 * no result and are slow.
 *
 * <p>Floor 2. {@code --set machine.assert_plugins=1} puts them in. A broken rule is a {@link
 * dev.shootdown.core.spi.asserting.BrokenRule} that names it.
 */
package dev.shootdown.core.spi.asserting;
