/**
 * What every MMU and every interrupt fabric must do, whatever its model: abstract test classes for JUnit 5.
 * The author of a plugin extends {@link dev.shootdown.contract.MmuContract} or {@link
 * dev.shootdown.contract.InterruptContract} with one method that gives the plugin.
 *
 * <p>The tests demand only what the manuals demand of every processor: that an answer is right, that what was
 * invalidated is gone; never that something is still cached, and never a cost. Every call also goes through
 * the wrappers of {@link dev.shootdown.core.spi.asserting}.
 */
package dev.shootdown.contract;
