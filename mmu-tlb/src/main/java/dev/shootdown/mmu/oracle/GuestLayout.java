package dev.shootdown.mmu.oracle;

import dev.shootdown.core.spi.CoreContext;
import dev.shootdown.core.spi.SymbolTable;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the guest kernel keeps what the oracle asks about, from the guest's table {@code debug_offsets}: an
 * array of {@code struct { char name[48]; u64 value; }} that ends with an empty name, as vmcoreinfo does for
 * crash dumps.
 */
final class GuestLayout implements Stateful {
    static final String TABLE = "debug_offsets";
    private static final int NAME_BYTES = 48;
    private static final int ROW_BYTES = NAME_BYTES + Long.BYTES;
    private static final int ROW_LIMIT = 256;
    private static final int COMM_BYTES = 16;

    private final SymbolTable symbols;
    /** In the order of the table. */
    private final Map<String, Long> values = new LinkedHashMap<>();

    GuestLayout(final SymbolTable symbols) {
        this.symbols = symbols;
    }

    /** Reads the table if it has not been read and is mapped now. @return whether it is known */
    boolean isKnown(final CoreContext core) {
        if (values.isEmpty() && symbols.address(TABLE) != SymbolTable.NONE) {
            read(core, symbols.address(TABLE));
        }
        return !values.isEmpty();
    }

    private void read(final CoreContext core, final long table) {
        for (int row = 0; row < ROW_LIMIT; row++) {
            final long address = table + (long) row * ROW_BYTES;
            final String name = text(core, address, NAME_BYTES);
            if (name.isEmpty()) {
                return;
            }
            values.put(name, core.peekLinear(address + NAME_BYTES, Long.BYTES));
        }
    }

    private static String text(final CoreContext core, final long linear, final int limit) {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < limit; i++) {
            final char c = (char) (core.peekLinear(linear + i, 1) & 0xFF);
            if (c == 0) {
                break;
            }
            text.append(c);
        }
        return text.toString();
    }

    @Override
    public void transfer(final StateStream state) {
        final String names = state.text("layout_names", String.join("\n", values.keySet()));
        final long[] offsets = state.list("layout", values.values().stream().mapToLong(Long::longValue)
            .toArray());
        if (state.isRestoring()) {
            values.clear();
            for (int i = 0; i < offsets.length; i++) {
                values.put(names.split("\n")[i], offsets[i]);
            }
        }
    }

    boolean has(final String name) {
        return values.containsKey(name);
    }

    private long offset(final String name) {
        return values.getOrDefault(name, 0L);
    }

    /** A field of a structure of the guest, 0 if its offset is not in the table. */
    long field(final CoreContext core, final long structure, final String name, final int size) {
        return has(name) ? core.peekLinear(structure + offset(name), size) : 0;
    }

    /** Linear address of a field of {@code cpu_tlbstate} of {@code cpu}, 0 if unknown. */
    long tlbState(final int cpu, final String field) {
        return perCpu("cpu_tlbstate", "cpu_tlbstate.stride", cpu, field);
    }

    /** Linear address of a field of {@code cpu_tlbstate_shared} of {@code cpu}, 0 if unknown. */
    long sharedState(final int cpu, final String field) {
        return perCpu("cpu_tlbstate_shared", "cpu_tlbstate_shared.stride", cpu, field);
    }

    private long perCpu(final String array, final String stride, final int cpu, final String field) {
        final long base = symbols.address(array);
        if (base == SymbolTable.NONE || !has(stride) || !has(field)) {
            return 0;
        }
        return base + cpu * offset(stride) + offset(field);
    }

    /**
     * The generation of {@code mm} that {@code cpu} has reached in the slot that it keeps for it; 0 without
     * one.
     */
    long contextGeneration(final CoreContext core, final int cpu, final long mm) {
        final long contexts = tlbState(cpu, "tlb_state.ctxs");
        if (contexts == 0 || mm == 0) {
            return 0;
        }
        final long id = field(core, mm, "mm_struct.context.ctx_id", Long.BYTES);
        for (int asid = 0; asid < offset("tlb_state.ctxs.count"); asid++) {
            final long context = contexts + asid * offset("tlb_context.size");
            if (core.peekLinear(context + offset("tlb_context.ctx_id"), Long.BYTES) == id) {
                return core.peekLinear(context + offset("tlb_context.tlb_gen"), Long.BYTES);
            }
        }
        return 0;
    }

    /** Whether {@code cpu}'s bit is set in the mask of {@code mm}. */
    boolean isInMask(final CoreContext core, final long mm, final int cpu) {
        return (field(core, mm + cpu / Byte.SIZE, "mm_struct.cpu_bitmap", 1) >>> cpu % Byte.SIZE & 1) != 0;
    }

    /** The running task of {@code cpu} as {@code comm/tid}, or the empty string. */
    String task(final CoreContext core, final int cpu) {
        final long base = symbols.address("current_task");
        if (base == SymbolTable.NONE || !has("current_task.stride") || !has("task_struct.comm")) {
            return "";
        }
        final long task = core.peekLinear(base + cpu * offset("current_task.stride"), Long.BYTES);
        return task == 0 ? "" : text(core, task + offset("task_struct.comm"), COMM_BYTES) + "/"
            + field(core, task, "task_struct.tid", Integer.BYTES);
    }
}
