package dev.shootdown.core.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.arch.Cr0;
import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.cpu.Activity;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.cpu.Starting;
import dev.shootdown.core.spi.MachineStop;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever the bytes are, a core executes them, raises an exception of the guest, or stops the machine by
 * name. Nothing else may come out, and nothing may go on for ever.
 */
class RandomBytesTest {
    private static final long SEED = 0x15A_2024;
    private static final int CASES = 8_000;
    private static final int STEPS = 6;
    private static final int CODE_BYTES = 48;
    private static final int REAL_CORE = 1;
    private static final long ENTRY = Bench.HANDLERS - 0x100;
    private static final int CODE_32 = 48;
    private static final int CODE_16 = 56;
    /** What random bytes may ask for. */
    private static final Set<MachineStop.Kind> NAMED = EnumSet.of(MachineStop.Kind.NOT_MODELLED,
        MachineStop.Kind.TRIPLE_FAULT);
    private static final long[] CORNERS = {0, 1, -1, 2, 0x7F, 0x80, 0x7FFF_FFFFL, 0x8000_0000L,
        Long.MAX_VALUE, Long.MIN_VALUE, 0xFFFF_FFFFL, 0x0000_8000_0000_0000L, Bench.DATA, Bench.DATA + 0xFFF,
        Bench.STACK, Bench.GDT, Bench.IDT, 0x10, 0x18, 0x28, 0xFFF8, 0xC000_0080L, 0x1B, 0x277, 0x10_0000};

    private final Random random = new Random(SEED);
    private final byte[] code = new byte[CODE_BYTES];
    private int executed;

    @ParameterizedTest
    @ValueSource(strings = {"long", "protected", "real", "faulting", "user", "compatible", "compatible16"})
    void shouldExecuteRaiseOrStopByName(final String mode) {
        Bench bench = null;
        for (int i = 0; i < CASES; i++) {
            if (i % 1000 == 0) {
                bench = bench(mode);
            }
            run(bench, mode, i);
        }
        assertThat(executed).as("steps").isGreaterThan(CASES * 3 / 2);
    }

    private static Bench bench(final String mode) {
        final Bench bench = new Bench(2);
        bench.tables();
        if ("faulting".equals(mode)) {
            bench.mmus[0].missing.add(Bench.DATA);
            bench.mmus[0].readOnly.add(Bench.STACK - 0x1000);
        }
        // iretq
        bench.code(ENTRY, "48cf");
        return bench;
    }

    /** Selector of the code segment of a mode that begins with IRET, or 0. */
    private static int entrySelector(final String mode) {
        switch (mode) {
            case "user":
                return 32 | 3;
            case "compatible":
                return CODE_32 | 3;
            case "compatible16":
                return CODE_16;
            default:
                return 0;
        }
    }

    private static void enter(final Bench bench, final Core core, final int selector) {
        bench.tables();
        bench.word(Bench.GDT + CODE_32, 0x00CF_FB00_0000_FFFFL);
        bench.word(Bench.GDT + CODE_16, 0x008F_9B00_0000_FFFFL);
        core.segments.gdtLimit = 0x7F;
        final boolean user = (selector & 3) != 0;
        final long[] frame = {Bench.CODE, selector, 2, Bench.STACK, user ? 24 | 3 : 16};
        for (int i = 0; i < frame.length; i++) {
            bench.word(Bench.STACK - 0x200 + i * 8, frame[i]);
        }
        core.rip = ENTRY;
        core.code.leave();
        core.gpr[Gpr.RSP] = Bench.STACK - 0x200;
        core.drainStores();
        Interpreter.step(core);
        assertThat(core.rip).isEqualTo(Bench.CODE);
    }

    private void run(final Bench bench, final String mode, final int number) {
        random.nextBytes(code);
        if (random.nextBoolean()) {
            code[0] = 0x0F;
        }
        final Core core = start(bench, mode);
        final String what = mode + " case " + number + " seed " + SEED + ": "
            + HexFormat.of().formatHex(code);
        try {
            for (int step = 0; step < STEPS && core.activity() == Activity.RUNNING; step++) {
                executed++;
                Interpreter.step(core);
            }
        } catch (final MachineStop stop) {
            assertThat(NAMED).as(what + ": " + stop.getMessage()).contains(stop.kind());
            assertThat(stop.getMessage()).as(what).doesNotContain("operation ");
        } catch (final RuntimeException | Error e) {
            throw new AssertionError(what, e);
        }
    }

    private Core start(final Bench bench, final String mode) {
        final boolean real = "real".equals(mode);
        final Core core = bench.cores[real ? REAL_CORE : 0];
        if (core.activity() != Activity.RUNNING && !real) {
            core.nmi(core.clock());
        }
        if (real) {
            core.init(core.clock());
            core.startUp(core.clock(), (int) (Bench.CODE >> 12));
        } else if ("protected".equals(mode)) {
            Starting.inProtectedMode(core, Bench.CODE);
        } else {
            Starting.inLongMode(core, Bench.CODE, 0);
        }
        core.control.writeCr4(Cr4.PAE | (random.nextBoolean() ? Cr4.OSFXSR : 0)
            | (random.nextBoolean() ? Cr4.FSGSBASE : 0));
        core.control.writeCr0(core.cr0() | (random.nextInt(4) == 0 ? Cr0.TS : 0)
            | (random.nextInt(8) == 0 ? Cr0.EM : 0));
        if (entrySelector(mode) != 0) {
            enter(bench, core, entrySelector(mode));
        } else {
            bench.tables();
        }
        bench.memory.poke(Bench.CODE, code);
        for (int register = 0; register < Gpr.COUNT; register++) {
            core.gpr[register] = random.nextInt(3) == 0 ? random.nextLong()
                : CORNERS[random.nextInt(CORNERS.length)];
        }
        if (real) {
            for (int register = 0; register < Gpr.COUNT; register++) {
                core.gpr[register] &= 0xFFFF_FFFFL;
            }
        } else {
            core.gpr[Gpr.RSP] = random.nextInt(4) == 0 ? core.gpr[Gpr.RSP] : Bench.STACK;
        }
        core.setRflags(random.nextInt() & Rflags.STATUS | (random.nextBoolean() ? Rflags.DF : 0));
        return core;
    }
}
