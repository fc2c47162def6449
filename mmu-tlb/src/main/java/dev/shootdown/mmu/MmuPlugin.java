package dev.shootdown.mmu;

import dev.shootdown.core.cost.Setting;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.spi.EmulatorPlugin;
import dev.shootdown.core.spi.MachineContext;
import dev.shootdown.core.spi.MachineSetting;
import dev.shootdown.core.spi.Mmu;
import dev.shootdown.core.spi.Probe;
import dev.shootdown.mmu.oracle.OracleHolder;
import dev.shootdown.mmu.oracle.TranslationOracle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives a machine its MMUs, and the oracle that they share. */
public final class MmuPlugin implements EmulatorPlugin {
    /** For the {@link java.util.ServiceLoader}. */
    public MmuPlugin() {
        // Nothing to prepare: all state belongs to a machine.
    }

    @Override
    public String name() {
        return "x86-mmu";
    }

    @Override
    public List<Setting> settings() {
        return List.of(MmuSetting.values());
    }

    @Override
    public Optional<MmuFactory> mmus() {
        return Optional.of(MmuPlugin::create);
    }

    private static List<Mmu> create(final MachineContext machine) {
        final Settings settings = machine.settings();
        final TranslationOracle oracle = settings.flag(MmuSetting.ORACLE)
            ? new TranslationOracle(machine, machine.cores() * TlbHierarchy.slots(settings),
                settings.integer(MmuSetting.ORACLE_REPORTS), settings.flag(MmuSetting.ORACLE_STOP))
            : null;
        final Broadcasts broadcasts = settings.flag(MachineSetting.VENDOR_AMD) ? new Broadcasts(machine)
            : null;
        final List<Mmu> mmus = new ArrayList<>();
        for (int core = 0; core < machine.cores(); core++) {
            final X86Mmu mmu = new X86Mmu(machine, machine.core(core), oracle, broadcasts);
            mmus.add(mmu);
            if (broadcasts != null) {
                broadcasts.join(mmu);
            }
        }
        return mmus;
    }

    @Override
    public Optional<Probe> probe() {
        return Optional.of(MmuPlugin::attach);
    }

    private static void attach(final MachineContext machine) {
        final TranslationOracle oracle = OracleHolder.oracleOf(machine);
        if (oracle != null) {
            oracle.attach();
        }
    }
}
