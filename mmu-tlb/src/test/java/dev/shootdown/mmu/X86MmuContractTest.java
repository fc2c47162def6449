package dev.shootdown.mmu;

import dev.shootdown.contract.MmuContract;
import dev.shootdown.core.spi.EmulatorPlugin;

/** Our own MMU passes the tests that a stranger's must pass. */
class X86MmuContractTest extends MmuContract {
    @Override
    protected EmulatorPlugin plugin() {
        return new MmuPlugin();
    }
}
