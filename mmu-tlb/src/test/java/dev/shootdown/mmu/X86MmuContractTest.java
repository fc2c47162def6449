package dev.shootdown.mmu;

import dev.shootdown.core.spi.EmulatorPlugin;
import dev.shootdown.core.spi.contract.MmuContract;

/** Our own MMU passes the tests that a stranger's must pass. */
class X86MmuContractTest extends MmuContract {
    @Override
    protected EmulatorPlugin plugin() {
        return new MmuPlugin();
    }
}
