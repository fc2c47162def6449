package dev.shootdown.core.decode;

import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.memory.Frame;
import dev.shootdown.core.memory.MemoryWatcher;
import dev.shootdown.core.memory.PhysicalMemory;
import java.util.Arrays;
import java.util.function.LongPredicate;

/**
 * The blocks that are decoded, by physical address and code mode. A write to a frame drops all blocks of the
 * frame, however it comes: by a core through any mapping, by a device, by the loader.
 *
 * <p>Two tables with open addressing: one of blocks, and one that says for each frame where the chain of its
 * blocks begins. A slot never moves while the table has its size, and a dropped block stays in its slot until
 * a new one takes it. A full table doubles up to {@link #MAX_SLOTS} and is then emptied. Nothing that the
 * machine computes depends on what is here.
 */
public final class BlockCache implements MemoryWatcher {
    /** Instructions in a block at most. */
    public static final int MAX_INSNS = 64;
    /** Slots in the table at most; three quarters of them hold blocks. */
    public static final int MAX_SLOTS = 1 << 16;

    private static final int FIRST_SLOTS = 1 << 8;
    private static final int MODE_BITS = 2;
    private static final int END_OF_CHAIN = -1;
    private static final long EMPTY = -1;
    private static final long HASH = 0x9E37_79B9_7F4A_7C15L;

    private final PhysicalMemory memory;
    private final Decoder decoder = new Decoder();
    private final FrameBytes frameBytes = new FrameBytes();
    private final Insn[] insns = new Insn[MAX_INSNS];
    private long[] keys;
    private Block[] blocks;
    private int[] nextOfFrame;
    private long[] frames;
    private int[] headOfFrame;
    private int used;
    private int hashShift;

    /** The bytes of a frame; past its edge there are zeros and a note of it. */
    private static final class FrameBytes implements CodeSource {
        private Frame frame;
        private int offset;
        private boolean crossed;

        void at(final Frame newFrame, final int newOffset) {
            frame = newFrame;
            offset = newOffset;
            crossed = false;
        }

        @Override
        public int fetch(final int index) {
            if (offset + index >= PageSize.BYTES_4K) {
                crossed = true;
                return 0;
            }
            return (int) frame.load(offset + index, 1);
        }
    }

    /** A cache of blocks in {@code memory}, whose writes it watches from now on. */
    public BlockCache(final PhysicalMemory memory) {
        this.memory = memory;
        allocate(FIRST_SLOTS);
        memory.watch(Frame.USE_CODE, this);
    }

    /** The block that begins at {@code physical}, or null. */
    public Block find(final long physical, final CodeMode mode) {
        final Block block = blocks[slot(keys, key(physical, mode))];
        return block == null || block.dropped ? null : block;
    }

    /**
     * Keeps {@code block}, which lies in RAM and was decoded for {@code mode}, until its frame is written or
     * the cache is emptied. A block at the same place is dropped.
     *
     * @return {@code block}
     */
    public Block add(final Block block, final CodeMode mode) {
        assert (block.physical & PageSize.BYTES_4K - 1) + block.bytes <= PageSize.BYTES_4K
            : "block crosses its frame";
        if (used >= keys.length - keys.length / 4) {
            grow();
        }
        put(block, key(block.physical, mode));
        final Frame frame = memory.frame(block.physical);
        frame.uses |= Frame.USE_CODE;
        return block;
    }

    /**
     * Decodes a block without keeping it: to the first instruction that ends blocks, to {@link #MAX_INSNS},
     * to the edge of the frame, or to the next address where a function probe waits.
     *
     * @param frame where the code is
     * @param physical the first byte, in {@code frame}
     * @param linear its linear address
     * @param startsProbe whether a function probe waits at a linear address
     * @return null if already the first instruction crosses the edge of the frame; then {@link #single} is
     * for the caller
     */
    public Block build(final Frame frame, final long physical, final long linear, final CodeMode mode,
            final LongPredicate startsProbe) {
        final int start = (int) physical & PageSize.BYTES_4K - 1;
        int offset = start;
        int count = 0;
        while (count < MAX_INSNS && offset < PageSize.BYTES_4K) {
            if (count > 0 && startsProbe.test(linear + offset - start)) {
                break;
            }
            frameBytes.at(frame, offset);
            final Insn insn = decoder.decode(frameBytes, mode);
            if (frameBytes.crossed) {
                break;
            }
            insns[count++] = insn;
            offset += insn.length;
            if (insn.endsBlock) {
                break;
            }
        }
        return count == 0 ? null
            : new Block(Arrays.copyOf(insns, count), physical, offset - start, startsProbe.test(linear));
    }

    /**
     * A block of one instruction from {@code source}, for one that spans two pages or lies outside RAM. It
     * must not be added: a write to its second frame would go unseen.
     *
     * @param source what it throws comes through
     */
    public Block single(final CodeSource source, final long physical, final CodeMode mode,
            final boolean probed) {
        final Insn insn = decoder.decode(source, mode);
        return new Block(new Insn[] {insn}, physical, insn.length, probed);
    }

    /** Drops every block. Writes to their frames are still announced, for who is in the middle of one. */
    public void dropAll() {
        for (int slot = 0; slot < keys.length; slot++) {
            if (blocks[slot] != null) {
                blocks[slot].dropped = true;
            }
        }
        allocate(keys.length);
    }

    @Override
    public void beforeStore(final Frame frame, final long physical, final int bytes, final long value,
            final int core, final long retiredCycle) {
        final int frameSlot = slot(frames, frame.physical);
        if (frames[frameSlot] == frame.physical) {
            int slot = headOfFrame[frameSlot];
            while (slot != END_OF_CHAIN) {
                blocks[slot].dropped = true;
                slot = nextOfFrame[slot];
            }
            headOfFrame[frameSlot] = END_OF_CHAIN;
        }
        frame.uses &= ~Frame.USE_CODE;
    }

    private void put(final Block block, final long key) {
        final int slot = slot(keys, key);
        final Block old = blocks[slot];
        if (old == null) {
            used++;
        }
        keys[slot] = key;
        blocks[slot] = block;
        if (old != null && !old.dropped) {
            old.dropped = true;
            return;
        }
        final long frame = block.physical & -PageSize.BYTES_4K;
        final int frameSlot = slot(frames, frame);
        nextOfFrame[slot] = frames[frameSlot] == frame ? headOfFrame[frameSlot] : END_OF_CHAIN;
        frames[frameSlot] = frame;
        headOfFrame[frameSlot] = slot;
    }

    /** Doubles the table and leaves the dropped blocks behind; at the greatest size, drops all. */
    private void grow() {
        if (keys.length == MAX_SLOTS) {
            dropAll();
            return;
        }
        final long[] oldKeys = keys;
        final Block[] oldBlocks = blocks;
        allocate(2 * keys.length);
        for (int slot = 0; slot < oldKeys.length; slot++) {
            if (oldBlocks[slot] != null && !oldBlocks[slot].dropped) {
                put(oldBlocks[slot], oldKeys[slot]);
            }
        }
    }

    private void allocate(final int slots) {
        keys = new long[slots];
        blocks = new Block[slots];
        nextOfFrame = new int[slots];
        frames = new long[slots];
        headOfFrame = new int[slots];
        Arrays.fill(keys, EMPTY);
        Arrays.fill(frames, EMPTY);
        Arrays.fill(headOfFrame, END_OF_CHAIN);
        used = 0;
        hashShift = Long.numberOfLeadingZeros(slots) + 1;
    }

    private static long key(final long physical, final CodeMode mode) {
        return physical << MODE_BITS | mode.ordinal();
    }

    /** Where {@code key} is, or the empty slot where it belongs; a quarter of the slots is empty. */
    private int slot(final long[] table, final long key) {
        int slot = (int) (key * HASH >>> hashShift);
        while (table[slot] != key && table[slot] != EMPTY) {
            slot = slot + 1 & table.length - 1;
        }
        return slot;
    }
}
