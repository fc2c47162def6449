package dev.shootdown.core.cpu;

import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.count.Counter;

/** Accesses to physical addresses that are not RAM; older stores are in memory before. SDM 3A 8.2.2, 11.3. */
final class DeviceAccess {
    private final Core core;

    DeviceAccess(final Core core) {
        this.core = core;
    }

    long read(final long physical, final int size) {
        core.drainStores();
        if (core.interrupts.ownsPhysical(physical)) {
            return core.interrupts.mmioRead(physical, size);
        }
        charge(physical);
        return core.parts.devices().read(core.id(), physical, size);
    }

    void write(final long physical, final int size, final long value) {
        core.drainStores();
        if (core.interrupts.ownsPhysical(physical)) {
            core.interrupts.mmioWrite(physical, size, value);
            return;
        }
        charge(physical);
        core.parts.devices().write(core.id(), physical, size, value);
    }

    private void charge(final long physical) {
        core.charge(CostParam.MMIO);
        if (!core.parts.devices().isMapped(physical)) {
            core.counters().increment(Counter.UNKNOWN_MEMORY_ACCESSES);
        }
    }
}
