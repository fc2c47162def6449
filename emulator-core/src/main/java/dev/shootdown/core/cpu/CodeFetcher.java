package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.decode.Block;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.memory.Frame;
import dev.shootdown.core.memory.MemoryWatcher;
import dev.shootdown.core.state.Derived;
import dev.shootdown.core.state.StateStream;
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
public final class CodeFetcher implements MemoryWatcher, Stateful {
    /** No instruction is longer. SDM 2A 2.3.11. */
    static final int MAX_INSTRUCTION_BYTES = 15;
    private static final int OFFSET = PageSize.BYTES_4K - 1;
    private static final int CROSSINGS = 1 << 6;
    /** A linear page that no address has. */
    private static final long NO_PAGE = 1;

    private final Core core;
    /**
     * The instruction at rip, if it was reached within its block; null if it must be looked for by {@link
     * #enter}.
     */
    @Derived("found again from rip") public Insn insn;
    /** The block that {@link #insn} is in, or that was entered and has not begun. */
    @Derived("found again from rip") private Block block;
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
        core.parts.memory().watch(Frame.USE_CODE, this);
    }

    /**
     * The instruction {@code done} is over and the next one lies after it. If its block was dropped
     * meanwhile, the next one must be looked for.
     */
    public void advance(final Insn done) {
        if (insn == done) {
            insn = done.next;
            if (insn == null) {
                leave();
            }
        }
    }

    /** Control goes elsewhere. */
    public void leave() {
        last = block;
        block = null;
        insn = null;
    }

    /** The instruction that {@link #enter} found runs now for certain: function probes may look at it. */
    public void begin(final Insn entered) {
        insn = entered;
        if (core.parts.probes().mayConcern(core.rip())) {
            core.parts.probes().fire(core, core.rip());
        }
    }

    /** The frame of the block is written: its instructions may be others now. */
    @Override
    public void beforeStore(final Frame frame, final long physical, final int bytesStored, final long value,
            final int storer, final long retiredCycle) {
        if (block != null && (block.physical & ~OFFSET) == frame.physical) {
            block = null;
            insn = null;
        }
    }

    /** The page that is fetched from must be translated again. */
    public void forgetTranslation() {
        linearPage = NO_PAGE;
        fetchedFrame = NO_PAGE;
        block = null;
        insn = null;
    }

    /** The mode of code has changed. */
    void forgetBlocks() {
        Arrays.fill(crossings, null);
        last = null;
        block = null;
        insn = null;
    }

    /** Checks that control may go to {@code offset}. */
    void check(final long offset) {
        if (core.is64 ? !core.control.isCanonical(offset)
                : offset < 0 || offset > core.segments.limit[Seg.CS]) {
            throw core.fault(Vector.GP);
        }
    }

    /** Finds the instruction at rip, with which a block begins. May fault. */
    public Insn enter() {
        check(core.rip);
        final long linear = core.rip();
        final long page = linear & ~OFFSET;
        if (page != linearPage) {
            physicalPage = core.memory.translateFetch(linear) & ~OFFSET;
            linearPage = page;
            fetchedFrame = physicalPage;
            awaitStores(physicalPage);
        }
        final long physical = physicalPage | linear & OFFSET;
        final Block guess = last == null ? null : last.follower;
        block = guess != null && guess.physical == physical && !guess.dropped ? guess
            : find(physical, linear);
        if (!core.is64 && core.rip + block.bytes - 1 > core.segments.limit[Seg.CS]) {
            block = firstOf(block);
        }
        return block.insns[0];
    }

    /**
     * Enters the block at rip if control is certain to go there: the page is the one fetched from, the block
     * is the one that followed last time, and no function probe looks. Changes nothing that the machine
     * computes.
     */
    public void enterKnown() {
        final Block guess = last == null ? null : last.follower;
        final long linear = core.rip;
        if (guess != null && core.is64 && (linear & ~OFFSET) == linearPage
            && guess.physical == (physicalPage | linear & OFFSET) && !guess.dropped
            && !core.parts.probes().mayConcern(linear)) {
            block = guess;
            insn = guess.insns[0];
        }
    }

    /** Instructions come from memory, so what the core itself has stored to the page must be there. */
    private void awaitStores(final long physical) {
        if (!core.stores.isEmpty() && core.stores.concerns(core.parts.memory().frame(physical))) {
            core.drainStores();
        }
    }

    /**
     * The first instruction alone of a block that reaches beyond the limit of the code segment. SDM 3A 5.3.
     */
    private Block firstOf(final Block found) {
        final Insn first = found.insns[0];
        if (core.rip + first.length - 1 > core.segments.limit[Seg.CS]) {
            block = null;
            throw core.fault(Vector.GP);
        }
        if (found.insns.length == 1) {
            return found;
        }
        for (int i = 0; i < first.length; i++) {
            bytes[i] = (byte) core.parts.memory().load(found.physical + i, 1);
        }
        final Insn alone = core.parts.blocks().decode(bytes, first.length, core.mode);
        return new Block(new Insn[] {alone}, found.physical, first.length, found.probed);
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
    public void transfer(final StateStream state) {
        final boolean inBlock = state.flag("in_block", insn != null);
        linearPage = state.value("fetch_linear", linearPage);
        physicalPage = state.value("fetch_physical", linearPage == NO_PAGE ? 0 : physicalPage);
        if (state.isRestoring()) {
            forgetBlocks();
            fetchedFrame = linearPage == NO_PAGE ? NO_PAGE : physicalPage;
        }
        if (inBlock && linearPage == NO_PAGE) {
            transferCrossing(state);
        } else if (inBlock && state.isRestoring()) {
            final long physical = physicalPage | core.rip() & OFFSET;
            state.same("code_in_ram", core.parts.memory().isRam(physical) ? 1 : 0);
            block = core.parts.blocks().at(physical, core.rip(), core.mode);
            insn = block.insns[0];
        } else if (inBlock) {
            state.same("code_in_ram", 1);
        }
    }

    /** Control is at an instruction that crosses a page: its bytes were fetched and are not fetched again. */
    private void transferCrossing(final StateStream state) {
        final long physical = state.value("crossing_physical", block == null ? 0 : block.physical);
        final int slot = (int) (physical >>> PageSize.SHIFT_4K) & CROSSINGS - 1;
        state.values("crossing", crossingBytes[slot]);
        if (state.isRestoring()) {
            insn = core.parts.blocks().decode(crossingBytes[slot], MAX_INSTRUCTION_BYTES, core.mode);
            block = new Block(new Insn[] {insn}, physical, insn.length, false);
            crossings[slot] = block;
        }
    }
}
