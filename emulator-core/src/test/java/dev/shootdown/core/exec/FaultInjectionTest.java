package dev.shootdown.core.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.arch.Cr0;
import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.cpu.Activity;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.cpu.GuestFault;
import dev.shootdown.core.cpu.Starting;
import dev.shootdown.core.decode.Bytes;
import dev.shootdown.core.decode.CodeMode;
import dev.shootdown.core.decode.Encoding;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.decode.Op;
import dev.shootdown.core.decode.OpTable;
import dev.shootdown.core.spi.GeneralProtection;
import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.core.state.DigestWriter;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every row of the table, a fault at every access that it makes: registers, segments, flags, memory and
 * stores on their way must be as before. Repeated strings have {@link RepeatedStringsTest}.
 */
class FaultInjectionTest {
    private static final long SEED = 0xFA017;
    private static final int ENCODINGS = 4;
    private static final int MAX_ACCESSES = 200;
    private static final int CODE_32 = 48;
    private static final int CODE_16 = 56;
    private static final int LDT = 64;
    /** No access fails, and the pages are not yet known. */
    private static final int COLLECT = -2;

    private final Random random = new Random(SEED);
    private int injected;

    @ParameterizedTest
    @EnumSource(CodeMode.class)
    void shouldChangeNothingWhenAnyAccessFaults(final CodeMode mode) {
        final Bench bench = bench();
        int rows = 0;
        for (final Encoding row : OpTable.rows()) {
            if (row.op() == Op.NOT_MODELLED || !row.isValidIn(mode)) {
                continue;
            }
            rows++;
            for (int i = 0; i < ENCODINGS; i++) {
                inject(bench, mode, row, Bytes.encode(row, mode, random));
            }
        }
        assertThat(rows).isGreaterThan(300);
        assertThat(injected).isGreaterThan(rows);
    }

    private static Bench bench() {
        final Bench bench = new Bench(1);
        bench.tables();
        bench.word(Bench.GDT + CODE_32, 0x00CF_9B00_0000_FFFFL);
        bench.word(Bench.GDT + CODE_16, 0x008F_9B00_0000_FFFFL);
        bench.word(Bench.GDT + LDT, 0x0000_8200_0000_0067L | (Bench.TSS & 0xFFFFFF) << 16);
        bench.cores[0].segments.gdtLimit = 0x7F;
        bench.code(Bench.HANDLERS - 0x100, "48cb");
        return bench;
    }

    private void inject(final Bench bench, final CodeMode mode, final Encoding row, final byte[] code) {
        final long seed = random.nextLong();
        final FakeMmu mmu = bench.mmus[0];
        bench.memory.poke(Bench.CODE, code);
        attempt(bench, mode, row, code, seed, COLLECT);
        final int accesses = attempt(bench, mode, row, code, seed, -1);
        if (pushesFrame(row.op())) {
            for (final long page : List.copyOf(mmu.touched)) {
                mmu.failingPage = page;
                attempt(bench, mode, row, code, seed, -1);
            }
            mmu.failingPage = -1;
            mmu.touched.clear();
            return;
        }
        for (int failing = 0; failing < accesses; failing++) {
            attempt(bench, mode, row, code, seed, failing);
        }
        mmu.touched.clear();
    }

    /**
     * Those translate the pages of their frame first and again for each word; so a page fails for all of
     * them, as pages do.
     */
    private static boolean pushesFrame(final int op) {
        return op >= Op.IRET && op <= Op.INTO || op == Op.CALL_FAR || op == Op.CALL_FAR_INDIRECT;
    }

    /** Runs the instruction once. @return how many accesses it made */
    private int attempt(final Bench bench, final CodeMode mode, final Encoding row, final byte[] code,
            final long seed, final int failing) {
        final FakeMmu mmu = bench.mmus[0];
        final Core core = prepare(bench, mode, new Random(seed));
        final String what = row + " " + HexFormat.of().formatHex(code) + " in " + mode + ", access "
            + failing;
        mmu.folds = true;
        mmu.accesses = 0;
        mmu.failing = failing;
        try {
            final Insn insn = core.code.current();
            if (insn.repeat != Insn.REPEAT_NONE) {
                return 0;
            }
            final String before = digest(bench, core);
            core.gpr[Insn.RIP] = core.rip + insn.length;
            try {
                Forms.execute(core, insn);
            } catch (final GuestFault | GeneralProtection fault) {
                injected++;
                assertThat(failing == COLLECT ? before : digest(bench, core)).as(what).isEqualTo(before);
            } catch (final MachineStop stop) {
                return 0;
            }
            assertThat(mmu.accesses).as(what).isLessThan(MAX_ACCESSES);
            return mmu.accesses;
        } finally {
            mmu.folds = false;
            core.drainStores();
        }
    }

    private static Core prepare(final Bench bench, final CodeMode mode, final Random values) {
        final Core core = bench.cores[0];
        bench.mmus[0].folds = false;
        if (core.activity() != Activity.RUNNING) {
            core.nmi(core.clock());
        }
        Starting.inLongMode(core, Bench.HANDLERS - 0x100, 0);
        tables(bench, core);
        if (mode != CodeMode.BITS_64) {
            core.gpr[Gpr.RSP] = Bench.STACK;
            bench.word(Bench.STACK, Bench.CODE);
            bench.word(Bench.STACK + 8, mode == CodeMode.BITS_32 ? CODE_32 : CODE_16);
            bench.step();
            assertThat(core.mode()).isEqualTo(mode);
        } else {
            core.rip = Bench.CODE;
            core.code.leave();
        }
        core.control.writeCr4(Cr4.PAE | Cr4.OSFXSR | Cr4.FSGSBASE);
        core.control.writeCr0(core.cr0() & ~Cr0.TS);
        for (int register = 0; register < Gpr.COUNT; register++) {
            core.gpr[register] = Bench.DATA + (values.nextInt(0x4000) & (values.nextBoolean() ? -16 : -1));
        }
        if (values.nextBoolean()) {
            core.gpr[Gpr.RSP] = Bench.STACK;
        }
        selectors(core, values);
        core.setRflags(values.nextInt() & Rflags.STATUS);
        core.drainStores();
        return core;
    }

    private static void tables(final Bench bench, final Core core) {
        bench.tables();
        bench.word(Bench.GDT + CODE_32, 0x00CF_9B00_0000_FFFFL);
        bench.word(Bench.GDT + CODE_16, 0x008F_9B00_0000_FFFFL);
        bench.word(Bench.GDT + LDT, 0x0000_8200_0000_0067L | (Bench.TSS & 0xFFFFFF) << 16);
        core.segments.gdtLimit = 0x7F;
    }

    /** Some words that are read as selectors are good ones. */
    private static void selectors(final Core core, final Random values) {
        if (values.nextBoolean()) {
            final int[] good = {0x10, 0x8, CODE_32, 40, LDT};
            for (final int register : List.of(Gpr.RAX, Gpr.RCX, Gpr.RBX)) {
                core.gpr[register] = good[values.nextInt(good.length)];
            }
        }
    }

    private static String digest(final Bench bench, final Core core) {
        final DigestWriter out = new DigestWriter();
        out.values("gpr", java.util.Arrays.copyOf(core.gpr, Gpr.COUNT));
        out.value("rip", core.rip);
        out.value("rflags", core.rflags());
        core.segments.save(out);
        core.control.save(out);
        core.msrs.save(out);
        core.debug.save(out);
        core.fpu.save(out);
        for (int i = 0; i < core.pendingStores(); i++) {
            out.value("store", core.pendingStoreAddress(i));
            out.value("value", core.pendingStoreValue(i));
        }
        long hash = 0;
        for (final long page : bench.mmus[0].touched) {
            for (int at = 0; at < PageSize.BYTES_4K; at += Long.BYTES) {
                hash = hash * 31 + bench.memory.peek(page + at, Long.BYTES);
            }
        }
        out.value("memory", hash);
        return out.hex();
    }
}
