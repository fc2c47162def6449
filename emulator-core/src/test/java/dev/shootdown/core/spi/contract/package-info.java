/**
 * What every MMU and every interrupt fabric must do, whatever its model: abstract test classes for JUnit 5.
 * The author of a plugin extends {@link dev.shootdown.core.spi.contract.MmuContract} or {@link
 * dev.shootdown.core.spi.contract.InterruptContract} with one method that gives the plugin.
 *
 * <p>The tests demand only what the manuals demand of every processor: that an answer is right, that what was
 * invalidated is gone; never that something is still cached, and never a cost. Every call also goes through
 * the wrappers of {@link dev.shootdown.core.spi.asserting}.
 *
 * <p>They run on {@link dev.shootdown.core.spi.contract.ContractMachine}, which the tests of our plugins use
 * as well. The package is all of the test jar of emulator-core: it imports nothing above its floor, which is
 * that of {@link dev.shootdown.core.spi}, and no other test code.
 */
package dev.shootdown.core.spi.contract;
