package dev.shootdown.apic;

import dev.shootdown.core.spi.EmulatorPlugin;
import dev.shootdown.core.spi.contract.InterruptContract;

/** Our own interrupt controllers pass the tests that a stranger's must pass. */
class LocalApicContractTest extends InterruptContract {
    @Override
    protected EmulatorPlugin plugin() {
        return new ApicPlugin();
    }
}
