package dev.shootdown.apic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.arch.Msr;
import dev.shootdown.core.spi.GeneralProtection;
import dev.shootdown.core.spi.LocalInterrupts;
import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.core.state.DigestWriter;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/**
 * Whatever software writes wherever, an access ends normally, with #GP, or with a stop that says what is not
 * modelled; the accounts balance, what is shown fits together, and a second run is the same.
 */
class ApicFuzzTest {
    private static final int CORES = 3;

    @Property(tries = 150)
    void shouldStandAnyAccess(@ForAll @Size(max = 200) final List<Long> steps) {
        assertThat(run(steps)).isEqualTo(run(steps));
    }

    private static String run(final List<Long> steps) {
        final ApicBench machine = ApicBench.xapic(CORES, "apic.suppress_eoi_broadcast=1");
        machine.ipis().onExternalAcknowledge(() -> {
            machine.ipis().driveLocalPin(0, false);
            return 0x30;
        });
        String end = "ran";
        for (final long step : steps) {
            try {
                take(machine, step);
            } catch (final GeneralProtection e) {
                assertThat(e).isSameAs(GeneralProtection.INSTANCE);
            } catch (final MachineStop e) {
                assertThat(e.kind()).isEqualTo(MachineStop.Kind.NOT_MODELLED);
                end = e.getMessage();
                break;
            }
            check(machine);
        }
        final DigestWriter digest = new DigestWriter();
        machine.ipis().transfer(digest);
        return end + digest.hex();
    }

    /** A step has, from the low bits up: what to do, on which core, a register, and a value. */
    private static void take(final ApicBench machine, final long step) {
        final int core = (int) (step >>> 4 & 0xF) % CORES;
        final int register = (int) (step >>> 8 & 0x3F);
        final long value = step >>> 14 & 0x7_FFFF;
        final LocalInterrupts apic = machine.apic(core);
        final long physical = ApicBase.RESET_PAGE + (register << 4);
        switch ((int) step & 0xF) {
            case 0, 1, 2:
                if (apic.ownsPhysical(physical)) {
                    apic.mmioWrite(physical, 4, value);
                }
                break;
            case 3:
                if (apic.ownsPhysical(physical)) {
                    assertThat(apic.mmioRead(physical, 4)).isBetween(0L, 0xFFFF_FFFFL);
                }
                break;
            case 4, 5, 6:
                apic.writeMsr(0x800 + register, (step & 1L << 40) == 0 ? value : step);
                break;
            case 7:
                apic.readMsr(0x800 + register);
                break;
            case 8:
                apic.writeMsr(Msr.APIC_BASE, ApicBase.RESET_PAGE | step >>> 14 & 3 << 10);
                break;
            case 9:
                apic.writeMsr(Msr.TSC_DEADLINE, value);
                break;
            case 10:
                machine.ipis().driveLocalPin(register & 1, (register & 2) != 0);
                break;
            case 11:
                machine.ipis().deviceInterrupt((int) value & 0xFF, (value & 0x100) != 0, register & 1,
                    (int) (value >>> 9) & 0xFF, (register & 2) != 0);
                break;
            case 12:
                machine.core(core).timeStampOffset = value;
                apic.timeStampChanged();
                break;
            case 13:
                if (apic.isRequesting()) {
                    apic.acknowledge();
                }
                break;
            default:
                machine.runTo(machine.now() + (value & 0xFFF));
                break;
        }
    }

    private static void check(final ApicBench machine) {
        assertThat(machine.ipis().findImbalance()).isEqualTo(-1);
        for (int core = 0; core < CORES; core++) {
            final LocalInterrupts apic = machine.apic(core);
            if (apic.ownsPhysical(ApicBase.RESET_PAGE)) {
                final long priority = machine.read(core, ApicRegisters.PPR);
                assertThat(priority).isGreaterThanOrEqualTo(machine.read(core, ApicRegisters.TPR) & 0xF0);
                assertThat(apic.taskPriority()).isEqualTo(machine.read(core, ApicRegisters.TPR) >> 4);
            }
        }
    }
}
