package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Linear;
import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.decode.Block;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.state.Derived;
import dev.shootdown.core.state.StateWriter;
import dev.shootdown.core.state.Stateful;
import java.util.Arrays;

/**
 * Follows control flow from block to block.
 *
 * <p>The translation of the page that the core fetches from is kept and used again for as long as control
 * stays in the page and nothing intervenes that could change the answer or its cost: a change of privilege or
 * mode, a write to a control register, INVLPG, INVPCID, INIT. That is exact enough: the page's entry is then
 * the one used last in its set of the instruction TLB, so that looking it up again would neither miss nor
 * change the replacement state; and an entry may be used until the core itself invalidates it, whatever other
 * cores write to the page tables.
 *
 * <p>Code is coherent: a store drops the decoded instructions of its frame when it reaches memory, and a core
 * that fetches from a page waits until its own stores to that page are there. So a core executes what it
 * wrote, after a jump and also just ahead; others, from the instruction on that they begin after the store
 * has reached memory, which is more than SDM 3A 8.1.3 asks for.
 */
public final class CodeFetcher implements Stateful {
    /** No instruction is longer. SDM 2A 2.3.11. */
    static final int MAX_INSTRUCTION_BYTES = 15;
    private static final int OFFSET = PageSize.BYTES_4K - 1;
    private static final int CROSSINGS = 1 << 6;
    /** A linear page that no address has. */
    private static final long NO_PAGE = 1;

    private final Core core;
    @Derived("found again from rip") private Block block;
    @Derived("found again from rip") private int index;
    /** Whether a function probe may look at the current instruction, which has not yet run. */
    @Derived("found again from rip") public boolean probePending;
    private long linearPage = NO_PAGE;
    private long physicalPage;
    /**
     * Where the page is that instructions come from, or a number that no frame has. A store to it may change
     * the next instruction, and must not wait in the store buffer. SDM 3A 12.6.
     */
    @Derived("from the two above") long fetchedFrame = NO_PAGE;
    /** The block that control has left. */
    @Derived("a guide to the block cache") private Block last;
    @Derived("compared with memory before use") private final Block[] crossings = new Block[CROSSINGS];
    @Derived("compared with memory before use") private final byte[][] crossingBytes =
        new byte[CROSSINGS][MAX_INSTRUCTION_BYTES];
    @Derived("filled before use") private final byte[] bytes = new byte[MAX_INSTRUCTION_BYTES];

    CodeFetcher(final Core core) {
        this.core = core;
    }

    /** The instruction at rip. May fault. */
    public Insn current() {
        if (block == null || block.dropped) {
            enter();
        }
        return block.insns[index];
    }

    /** The instruction is done and the next one lies after it. */
    public void advance() {
        if (block != null && ++index == block.insns.length) {
            leave();
        }
    }

    /** Lets function probes look at the current instruction, which runs now for certain. */
    public void fireProbes() {
        probePending = false;
        core.parts.probes().fire(core, core.rip());
    }

    /** Control goes elsewhere. */
    public void leave() {
        last = block;
        block = null;
    }

    /** The page that is fetched from must be translated again. */
    public void forgetTranslation() {
        linearPage = NO_PAGE;
        fetchedFrame = NO_PAGE;
        block = null;
    }

    /** The mode of code has changed. */
    void forgetBlocks() {
        Arrays.fill(crossings, null);
        last = null;
        block = null;
    }

    /** Checks that control may go to {@code offset}. */
    void check(final long offset) {
        if (core.is64 ? !Linear.isCanonical(offset) : offset < 0 || offset > core.segments.limit[Seg.CS]) {
            throw core.fault(Vector.GP);
        }
    }

    private void enter() {
        check(core.rip);
        final long linear = core.rip();
        final long page = linear & ~OFFSET;
        if (page != linearPage) {
            physicalPage = core.memory.translateFetch(linear) & ~OFFSET;
            linearPage = page;
            fetchedFrame = physicalPage;
        }
        awaitStores(physicalPage);
        final long physical = physicalPage | linear & OFFSET;
        final Block guess = last == null ? null : last.follower;
        block = guess != null && guess.physical == physical && !guess.dropped ? guess
            : find(physical, linear);
        index = 0;
        probePending = core.parts.probes().mayConcern(linear);
    }

    /** Instructions come from memory, so what the core itself has stored to the page must be there. */
    private void awaitStores(final long physical) {
        if (!core.stores.isEmpty() && core.stores.concerns(core.parts.memory().frame(physical))) {
            core.drainStores();
        }
    }

    private Block find(final long physical, final long linear) {
        if (!core.parts.memory().isRam(physical)) {
            throw core.notModelled("code outside RAM at physical 0x" + Long.toHexString(physical));
        }
        final Block found = isKnownCrossing(physical) ? null : core.parts.blocks()
            .at(physical, linear, core.mode);
        if (found == null) {
            return crossing(physical, linear);
        }
        if (last != null) {
            last.follower = found;
        }
        return found;
    }

    /** Whether the instruction here crossed a page before, and its bytes in this page are still the same. */
    private boolean isKnownCrossing(final long physical) {
        final int slot = (int) (physical >>> PageSize.SHIFT_4K) & CROSSINGS - 1;
        if (crossings[slot] == null || crossings[slot].physical != physical) {
            return false;
        }
        final int first = PageSize.BYTES_4K - ((int) physical & OFFSET);
        for (int i = 0; i < first; i++) {
            if (crossingBytes[slot][i] != (byte) core.parts.memory().load(physical + i, 1)) {
                return false;
            }
        }
        return true;
    }

    /**
     * An instruction that crosses a page: its bytes come through two translations, and no cache could watch
     * both.
     */
    private Block crossing(final long physical, final long linear) {
        final int first = PageSize.BYTES_4K - ((int) linear & OFFSET);
        final long second = core.memory.translateFetch(linear + first);
        linearPage = NO_PAGE;
        fetchedFrame = NO_PAGE;
        awaitStores(second);
        for (int i = 0; i < MAX_INSTRUCTION_BYTES; i++) {
            bytes[i] = (byte) core.parts.memory().load(i < first ? physical + i : second + i - first, 1);
        }
        final int slot = (int) (physical >>> PageSize.SHIFT_4K) & CROSSINGS - 1;
        final Block kept = crossings[slot];
        if (kept != null && kept.physical == physical && Arrays.equals(crossingBytes[slot], bytes)) {
            return kept;
        }
        final Insn insn = core.parts.blocks().decode(bytes, bytes.length, core.mode);
        final Block made = new Block(new Insn[] {insn}, physical, insn.length, false);
        crossings[slot] = made;
        System.arraycopy(bytes, 0, crossingBytes[slot], 0, bytes.length);
        return made;
    }

    @Override
    public void save(final StateWriter out) {
        out.value("fetch_linear", linearPage);
        out.value("fetch_physical", linearPage == NO_PAGE ? 0 : physicalPage);
    }
}
