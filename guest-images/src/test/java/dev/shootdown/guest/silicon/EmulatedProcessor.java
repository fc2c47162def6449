package dev.shootdown.guest.silicon;

import dev.shootdown.core.arch.Cr0;
import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.bus.NoEvents;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.cpu.Descriptors;
import dev.shootdown.core.cpu.Starting;
import dev.shootdown.core.exec.Interpreter;
import dev.shootdown.core.machine.Machine;
import dev.shootdown.core.machine.MachineSpec;
import dev.shootdown.core.machine.PluginRegistry;
import dev.shootdown.core.memory.Frame;
import dev.shootdown.core.memory.PhysicalMemory;
import dev.shootdown.core.spi.MachineStop;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;

/**
 * A machine of one processor with the MMU that guests get, set up as Linux sets up its own: user pages at the
 * addresses of {@link Layout}, a supervisor page with descriptor tables and handlers in the upper half. A
 * case begins with IRETQ and ends when the processor has entered a handler, of which no instruction runs.
 */
final class EmulatedProcessor {
    private static final long KERNEL = 0xFFFF_8000_0000_0000L;
    private static final int TABLES = 0x1000;
    private static final int IDT = 0x10000;
    private static final int GDT = 0x11000;
    private static final int TSS = 0x12000;
    private static final int STUBS = 0x13000;
    private static final int HANDLERS = 0x14000;
    private static final int STACK_TOP = 0x19000;
    private static final int CODE = 0x20000;
    private static final int DATA = 0x30000;
    private static final int HANDLER_BYTES = 16;
    private static final int VECTORS = 256;
    private static final int KERNEL_CODE = 0x10;
    private static final int TASK = 0x40;
    private static final int PER_CPU = 0x78;
    private static final int GDT_LIMIT = 0x7F;
    private static final long PRESENT = 1;
    private static final long WRITABLE = 2;
    private static final long USER = 4;
    private static final long USED = 0x60;
    private static final long LARGE = 0x80;
    private static final long NO_EXECUTE = 1L << 63;
    private static final int WORDS = Layout.PAGE / Long.BYTES;
    private static final int MOST_STEPS = 1 << 20;
    /** FNINIT; LTR AX; LLDT CX; IRETQ. */
    private static final byte[] STUB = {(byte) 0xDB, (byte) 0xE3, 0x0F, 0x00, (byte) 0xD8, 0x0F, 0x00,
        (byte) 0xD1, 0x48, (byte) 0xCF};
    private static final int IRETQ = 8;

    private final Core core;
    private final PhysicalMemory memory;
    private final byte[] filler = new byte[Layout.CODE_BYTES];
    private final Frame[] frames = new Frame[Layout.DATA_PAGES];
    private final long[] pristine = new long[Layout.DATA_BYTES / Long.BYTES];

    /**
     * @param data the bytes of the data pages
     * @param amd whether it is to be like AMD's
     * @param perCpuLimit limit of the segment in which Linux keeps the number of the processor
     */
    EmulatedProcessor(final byte[] data, final boolean amd, final int perCpuLimit) {
        final PluginRegistry plugins = PluginRegistry.load();
        final Settings settings = plugins.defaultSettings(List.of())
            .with("machine.memory_mib", "4", "test")
            .with("machine.vendor_amd", amd ? "1" : "0", "test");
        final Machine machine = new Machine(new MachineSpec(1, settings, 1, OutputStream.nullOutputStream(),
            InputStream.nullInputStream(), ""), plugins, NoEvents.INSTANCE);
        core = (Core) machine.core(0);
        memory = machine.memory();
        memory.poke(DATA, data);
        for (int i = 0; i < pristine.length; i++) {
            pristine[i] = memory.peek(DATA + (long) i * Long.BYTES, Long.BYTES);
        }
        for (int i = 0; i < frames.length; i++) {
            frames[i] = memory.frame(DATA + (long) i * Layout.PAGE);
        }
        Arrays.fill(filler, Layout.INT3);
        memory.poke(CODE, filler);
        memory.poke(STUBS, STUB);
        pages();
        tables();
        word(GDT + PER_CPU, 0x0040_F500_0000_0000L | perCpuLimit & 0xFFFF
            | (perCpuLimit & 0xF_0000L) << 32);
        start();
    }

    private void word(final long physical, final long value) {
        memory.store(physical, Long.BYTES, value, -1, 0);
    }

    private void pages() {
        final int low = TABLES + 0x1000;
        final int middle = TABLES + 0x2000;
        final int last = TABLES + 0x3000;
        final int kernel = TABLES + 0x4000;
        final int large = TABLES + 0x5000;
        word(TABLES, low | USER | WRITABLE | USED | PRESENT);
        word(low, middle | USER | WRITABLE | USED | PRESENT);
        word(middle + 8 * (Layout.CODE >>> 21), last | USER | WRITABLE | USED | PRESENT);
        for (int i = 0; i < Layout.CODE_PAGES; i++) {
            page(last, Layout.CODE + (long) i * Layout.PAGE, CODE + (long) i * Layout.PAGE | USER);
        }
        for (int i = 0; i < Layout.DATA_PAGES; i++) {
            if (i != Layout.ABSENT_PAGE) {
                page(last, Layout.DATA + (long) i * Layout.PAGE, DATA + (long) i * Layout.PAGE | USER
                    | NO_EXECUTE | (i == Layout.READ_ONLY_PAGE ? 0 : WRITABLE));
            }
        }
        word(TABLES + 8 * (KERNEL >>> 39 & 511), kernel | WRITABLE | USED | PRESENT);
        word(kernel, large | WRITABLE | USED | PRESENT);
        word(large, LARGE | WRITABLE | USED | PRESENT);
    }

    private void page(final int table, final long linear, final long entry) {
        word(table + 8 * (linear >>> 12 & 511), entry | USED | PRESENT);
    }

    private void tables() {
        word(GDT + 0x08, 0x00CF_9B00_0000_FFFFL);
        word(GDT + 0x10, 0x00AF_9B00_0000_FFFFL);
        word(GDT + 0x18, 0x00CF_9300_0000_FFFFL);
        word(GDT + 0x20, 0x00CF_FB00_0000_FFFFL);
        word(GDT + 0x28, 0x00CF_F300_0000_FFFFL);
        word(GDT + 0x30, 0x00AF_FB00_0000_FFFFL);
        final long task = KERNEL + TSS;
        word(GDT + TASK, 0x67 | (task & 0xFFFFFF) << 16 | 0x89L << 40 | (task >>> 24 & 0xFF) << 56);
        word(GDT + TASK + 8, task >>> 32);
        word(TSS + 4, KERNEL + STACK_TOP);
        word(TSS + 0x60, 0x68L << 48);
        for (int vector = 0; vector < VECTORS; vector++) {
            final long handler = KERNEL + HANDLERS + (long) vector * HANDLER_BYTES;
            final long level = vector == Vector.BP || vector == Vector.OF ? 3 : 0;
            word(IDT + 16L * vector, handler & 0xFFFF | KERNEL_CODE << 16 | (0x8E00L | level << 13) << 32
                | (handler >>> 16 & 0xFFFF) << 48);
            word(IDT + 16L * vector + 8, handler >>> 32);
        }
    }

    private void start() {
        Starting.inLongMode(core, KERNEL + STUBS, TABLES);
        core.control.writeCr4(Cr4.PAE | Cr4.PGE | Cr4.DE | Cr4.FSGSBASE | Cr4.UMIP | Cr4.OSFXSR);
        core.control.writeCr0(Cr0.PE | Cr0.MP | Cr0.ET | Cr0.NE | Cr0.WP | Cr0.AM | Cr0.PG);
        core.segments.gdtBase = KERNEL + GDT;
        core.segments.gdtLimit = GDT_LIMIT;
        core.segments.idtBase = KERNEL + IDT;
        core.segments.idtLimit = 16 * VECTORS - 1;
        word(GDT + TASK, memory.load(GDT + TASK, Long.BYTES) & ~(2L << 40));
        core.gpr[Gpr.RAX] = TASK;
        for (int steps = 0; core.rip != KERNEL + STUBS + IRETQ; steps++) {
            assert steps < MOST_STEPS : "the descriptor tables are wrong";
            core.stores.drainThrough(core.clock);
            Interpreter.step(core);
        }
    }

    /** Runs {@code made}. */
    void run(final Case made, final Outcome outcome) {
        memory.poke(CODE + made.codeAt, made.code, 0, made.codeBytes());
        memory.poke(DATA + made.windowAt, made.window);
        outcome.changes = 0;
        outcome.hash = 0;
        outcome.notModelled = null;
        try {
            enter(made);
            int steps = 0;
            do {
                core.stores.drainThrough(core.clock);
                Interpreter.step(core);
                steps++;
            } while ((core.cpl() != 0 || core.rip == KERNEL + STUBS + IRETQ) && steps < MOST_STEPS);
            core.drainStores();
            note(outcome, steps == MOST_STEPS);
        } catch (final MachineStop stop) {
            outcome.notModelled = stop.getMessage();
            core.drainStores();
        }
        if (outcome.notModelled != null || core.cpl() != 0) {
            start();
        }
        compareMemory(made, outcome);
        clearCode(made);
    }

    private void enter(final Case made) {
        for (int segment = Seg.ES; segment <= Seg.GS; segment++) {
            if (segment != Seg.CS && segment != Seg.SS) {
                Descriptors.load(core, segment, segment == Seg.FS || segment == Seg.GS ? 0
                    : made.dataSelector());
            }
        }
        core.msrs.setSegmentBase(Seg.FS, made.fsBase);
        core.msrs.setSegmentBase(Seg.GS, made.gsBase);
        final int frame = STACK_TOP - 5 * Long.BYTES;
        word(frame, made.rip());
        word(frame + 8, made.codeSelector());
        word(frame + 16, made.rflags);
        word(frame + 24, made.gpr[Gpr.RSP]);
        word(frame + 32, Layout.USER_DATA);
        System.arraycopy(made.gpr, 0, core.gpr, 0, made.gpr.length);
        core.gpr[Gpr.RSP] = KERNEL + frame;
        core.rip = KERNEL + STUBS + IRETQ;
        core.code.leave();
    }

    private void note(final Outcome outcome, final boolean hung) {
        final long number = (core.rip - KERNEL - HANDLERS) / HANDLER_BYTES;
        outcome.vector = hung ? Outcome.HUNG : (int) number;
        long at = core.gpr[Gpr.RSP] - KERNEL;
        System.arraycopy(core.gpr, 0, outcome.gpr, 0, outcome.gpr.length);
        final boolean withCode = STACK_TOP - at == 6 * Long.BYTES;
        outcome.error = 0;
        if (withCode) {
            outcome.error = (int) memory.load(at, Long.BYTES);
            at += Long.BYTES;
        }
        outcome.rip = memory.load(at, Long.BYTES);
        outcome.selectors[0] = (int) memory.load(at + 8, Long.BYTES);
        outcome.rflags = memory.load(at + 16, Long.BYTES);
        outcome.gpr[Gpr.RSP] = memory.load(at + 24, Long.BYTES);
        outcome.selectors[1] = (int) memory.load(at + 32, Long.BYTES);
        outcome.selectors[2] = core.segments.selector(Seg.DS);
        outcome.selectors[3] = core.segments.selector(Seg.ES);
        outcome.selectors[4] = core.segments.selector(Seg.FS);
        outcome.selectors[5] = core.segments.selector(Seg.GS);
        outcome.fsBase = core.segments.base(Seg.FS);
        outcome.gsBase = core.segments.base(Seg.GS);
        outcome.cr2 = core.cr2();
    }

    private void compareMemory(final Case made, final Outcome outcome) {
        final int first = made.windowAt / Long.BYTES;
        final int last = (made.windowAt + Layout.WINDOW_BYTES - 1) / Long.BYTES;
        for (int i = 0; i < pristine.length; i++) {
            final long now = frames[i / WORDS].load(i % WORDS * Long.BYTES, Long.BYTES);
            final long before = i < first || i > last ? pristine[i] : windowWord(made, i);
            if (now != before) {
                outcome.change(i, now);
            }
            if (now != pristine[i]) {
                word(DATA + (long) i * Long.BYTES, pristine[i]);
            }
        }
    }

    private long windowWord(final Case made, final int word) {
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            final int inWindow = word * Long.BYTES + i - made.windowAt;
            final long one = inWindow >= 0 && inWindow < Layout.WINDOW_BYTES ? made.window[inWindow]
                : pristine[word] >>> Byte.SIZE * i;
            value |= (one & 0xFF) << Byte.SIZE * i;
        }
        return value;
    }

    private void clearCode(final Case made) {
        memory.poke(CODE + made.codeAt, filler, 0, made.codeBytes());
    }
}
