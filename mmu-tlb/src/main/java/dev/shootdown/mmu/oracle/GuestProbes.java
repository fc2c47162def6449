package dev.shootdown.mmu.oracle;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.bus.EventType;
import dev.shootdown.core.spi.CoreContext;
import dev.shootdown.core.spi.FunctionProbe;
import dev.shootdown.core.spi.MachineContext;
import dev.shootdown.core.spi.SymbolTable;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;
import java.util.ArrayList;
import java.util.List;

/** What the oracle learns from the guest kernel's functions, by their symbols and SysV arguments. */
final class GuestProbes implements Stateful {
    private static final String FLUSH_MM = "flush_tlb_mm_range";
    private static final String FLUSH_KERNEL = "flush_tlb_kernel_range";
    private static final String FREE = "free_page_frame";
    private static final String ALLOCATE = "alloc_page_frame";
    /** The predicate of the conditional send, by its names through the releases. */
    private static final String[] PREDICATES = {"should_flush_tlb", "tlb_is_not_lazy"};
    /** Its second argument is the address space that is switched to. */
    private static final String SWITCH = "switch_mm_irqs_off";
    /** Functions that are noted when entered, with their first argument. */
    private static final String[] NOTED = {"load_new_mm_cr3", "flush_tlb_func",
        "enter_lazy_tlb", "leave_mm", "native_flush_tlb_multi", "sysvec_call_function",
        "sysvec_call_function_single", "handle_call_function"};

    private final MachineContext machine;
    private final TranslationOracle oracle;
    private final FlushLedger flushes;
    private final RecentEvents events;
    private final GuestLayout layout;
    private final List<PredicateProbe> predicates = new ArrayList<>();

    GuestProbes(final MachineContext machine, final TranslationOracle oracle, final FlushLedger flushes,
            final RecentEvents events) {
        this.machine = machine;
        this.oracle = oracle;
        this.flushes = flushes;
        this.events = events;
        layout = new GuestLayout(machine.symbols());
    }

    /** Sentences about the checks that this guest's symbols do not allow. */
    static List<String> missing(final SymbolTable symbols) {
        final List<String> sentences = new ArrayList<>();
        if (symbols.address(GuestLayout.TABLE) == SymbolTable.NONE) {
            sentences.add("No symbol debug_offsets: "
                + "flushes of an address space cannot be matched to translations, "
                + "so stale accesses in user space are counted as stale hits.");
        }
        if (symbols.address(FLUSH_MM) == SymbolTable.NONE) {
            sentences.add("No symbol flush_tlb_mm_range: "
                + "no flush of an address space is ever known to be complete.");
        }
        if (symbols.address(FLUSH_KERNEL) == SymbolTable.NONE) {
            sentences.add("No symbol flush_tlb_kernel_range: "
                + "no flush of kernel addresses is known to be complete.");
        }
        if (symbols.address(FREE) == SymbolTable.NONE) {
            sentences.add("No symbol free_page_frame: "
                + "stale-frame faults and freed-table walks are not detected.");
        }
        if (symbols.address(ALLOCATE) == SymbolTable.NONE) {
            sentences.add("No symbol alloc_page_frame: "
                + "a frame that was freed before it was unmapped is not noticed.");
        }
        if (symbols.address(PREDICATES[0]) == SymbolTable.NONE
                && symbols.address(PREDICATES[1]) == SymbolTable.NONE) {
            sentences.add("No symbol should_flush_tlb or tlb_is_not_lazy: "
                + "reports cannot say why a CPU was left out.");
        }
        return sentences;
    }

    void attach() {
        attach(FLUSH_MM, new FlushProbe(false));
        attach(FLUSH_KERNEL, new FlushProbe(true));
        attach(FREE, new FreeProbe());
        if (attach(ALLOCATE, new AllocateProbe()) && machine.symbols().address(FREE) != SymbolTable.NONE) {
            oracle.allocationsAreKnown();
        }
        for (final String predicate : PREDICATES) {
            final PredicateProbe probe = new PredicateProbe();
            predicates.add(probe);
            attach(predicate, probe);
        }
        for (final String function : NOTED) {
            attach(function, new NoteProbe(function, 0));
        }
        attach(SWITCH, new NoteProbe(SWITCH + " to", 1));
    }

    @Override
    public void transfer(final StateStream state) {
        layout.transfer(state);
        for (final PredicateProbe predicate : predicates) {
            predicate.transfer(state);
        }
    }

    private boolean attach(final String symbol, final FunctionProbe probe) {
        final long address = machine.symbols().address(symbol);
        if (address == SymbolTable.NONE) {
            return false;
        }
        machine.attach(address, probe);
        return true;
    }

    private void publish(final EventType type, final CoreContext core, final FlushPromise flush,
            final long cycles) {
        if (machine.sink().wants(type)) {
            machine.sink().publish(type, core.clock(), core.id(), flush.start, flush.end, flush.mm, cycles);
        }
    }

    private final class FlushProbe implements FunctionProbe {
        private final boolean kernel;

        FlushProbe(final boolean kernel) {
            this.kernel = kernel;
        }

        @Override
        public void entered(final CoreContext core) {
            final FlushPromise flush = flushes.begin(core);
            noteCallers(core, flush.callers);
            flush.kernel = kernel;
            flush.start = core.argument(kernel ? 0 : 1);
            flush.end = core.argument(kernel ? 1 : 2);
            if (!kernel) {
                flush.mm = core.argument(0);
                flush.stride = 1L << core.argument(3);
                flush.freedTables = (core.argument(4) & 0xFF) != 0;
                flush.root = layout.isKnown(core)
                    ? layout.field(core, flush.mm, "mm_struct.pgd_pa", Long.BYTES) : 0;
            }
            events.add(core.id(), core.clock(), kernel ? FLUSH_KERNEL : FLUSH_MM, flush.start);
            publish(EventType.FLUSH_STARTED, core, flush, 0);
        }

        @Override
        public void returned(final CoreContext core, final long enteredCycle, final int enteredCore) {
            final FlushPromise flush = flushes.end(core, enteredCycle, enteredCore);
            if (flush == null) {
                return;
            }
            for (int cpu = 0; !kernel && cpu < flush.decisions.length; cpu++) {
                if (!flush.decisions[cpu].asked) {
                    flush.decisions[cpu].inMask = layout.isInMask(core, flush.mm, cpu);
                }
            }
            flushes.promise(flush);
            events.add(core.id(), core.clock(), "flush returned", flush.start);
            publish(EventType.FLUSH_COMPLETED, core, flush, core.clock() - enteredCycle);
        }
    }

    /** Follows the frame pointers of a function that was just entered and has not yet pushed its own. */
    private static void noteCallers(final CoreContext core, final long[] callers) {
        long frame = core.gpr(Gpr.RBP);
        callers[0] = core.peekLinear(core.gpr(Gpr.RSP), Long.BYTES);
        for (int depth = 1; depth < callers.length; depth++) {
            callers[depth] = frame == 0 ? 0 : core.peekLinear(frame + Long.BYTES, Long.BYTES);
            frame = callers[depth] == 0 ? 0 : core.peekLinear(frame, Long.BYTES);
        }
    }

    private final class FreeProbe implements FunctionProbe {
        @Override
        public void entered(final CoreContext core) {
            oracle.freed(core, core.argument(0));
        }

        @Override
        public void returned(final CoreContext core, final long enteredCycle, final int enteredCore) {
            // Freed from the moment of entry on.
        }
    }

    private final class AllocateProbe implements FunctionProbe {
        @Override
        public void entered(final CoreContext core) {
            // Only what it returns matters.
        }

        @Override
        public void returned(final CoreContext core, final long enteredCycle, final int enteredCore) {
            oracle.allocated(core.gpr(Gpr.RAX));
        }
    }

    private final class NoteProbe implements FunctionProbe {
        private final String name;
        private final int argument;

        NoteProbe(final String name, final int argument) {
            this.name = name;
            this.argument = argument;
        }

        @Override
        public void entered(final CoreContext core) {
            events.add(core.id(), core.clock(), name, core.argument(argument));
        }

        @Override
        public void returned(final CoreContext core, final long enteredCycle, final int enteredCore) {
            // The entry is enough.
        }
    }

    private final class PredicateProbe implements FunctionProbe, Stateful {
        private final int[] askedCpu = new int[machine.cores()];

        @Override
        public void entered(final CoreContext core) {
            final int cpu = (int) core.argument(0);
            askedCpu[core.id()] = cpu;
            final FlushPromise flush = flushes.current(core.id());
            if (flush != null && cpu >= 0 && cpu < flush.decisions.length) {
                sample(core, flush, cpu);
            }
        }

        @Override
        public void returned(final CoreContext core, final long enteredCycle, final int enteredCore) {
            final int cpu = askedCpu[enteredCore];
            final FlushPromise flush = flushes.current(enteredCore);
            final boolean sent = (core.gpr(Gpr.RAX) & 1) != 0;
            events.add(core.id(), core.clock(), sent ? "sends flush to CPU" : "leaves out CPU", cpu);
            if (flush != null && cpu >= 0 && cpu < flush.decisions.length) {
                flush.decisions[cpu].sent = sent;
            }
        }

        @Override
        public void transfer(final StateStream state) {
            state.values("asked_cpu", askedCpu);
        }

        private void sample(final CoreContext core, final FlushPromise flush, final int cpu) {
            final FlushPromise.Decision decision = flush.decisions[cpu];
            decision.asked = true;
            decision.cycle = core.clock();
            if (!layout.isKnown(core)) {
                return;
            }
            final long loadedMm = layout.tlbState(cpu, "tlb_state.loaded_mm");
            final long lazy = layout.sharedState(cpu, "tlb_state_shared.is_lazy");
            decision.loadedMm = loadedMm == 0 ? 0 : core.peekLinear(loadedMm, Long.BYTES);
            decision.lazy = lazy != 0 && (core.peekLinear(lazy, 1) & 1) != 0;
            decision.inMask = flush.mm != 0 && layout.isInMask(core, flush.mm, cpu);
            final int pending = pendingStore(core, cpu, loadedMm);
            decision.loadedMmPending = pending >= 0;
            decision.pendingLoadedMm = pending < 0 ? 0 : machine.core(cpu).pendingStoreValue(pending);
            decision.lazyPending = pendingStore(core, cpu, lazy) >= 0;
            decision.generationsKnown = decision.lazy || decision.isSwitching();
            if (decision.generationsKnown) {
                sampleGenerations(core, flush, cpu);
            }
        }

        /** They cost most to read, and tell little of a CPU that plainly runs something else. */
        private void sampleGenerations(final CoreContext core, final FlushPromise flush, final int cpu) {
            final FlushPromise.Decision decision = flush.decisions[cpu];
            decision.contextGeneration = layout.contextGeneration(core, cpu, flush.mm);
            decision.mmGeneration =
                flush.mm == 0 ? 0 : layout.field(core, flush.mm, "mm_struct.context.tlb_gen", Long.BYTES);
        }

        /** The newest store to {@code linear} that waits in {@code cpu}'s store buffer, or -1. */
        private int pendingStore(final CoreContext core, final int cpu, final long linear) {
            if (linear == 0) {
                return -1;
            }
            final long physical = machine.mmu(core.id()).peekTranslate(linear, core.cr3());
            final CoreContext target = machine.core(cpu);
            for (int index = target.pendingStores() - 1; index >= 0; index--) {
                if (target.pendingStoreAddress(index) == physical) {
                    return index;
                }
            }
            return -1;
        }
    }
}
