package dev.shootdown.core.spi;

import dev.shootdown.core.count.Counters;

/** One core, as plugins see it. */
public interface CoreContext {
    /** Its number, from 0. */
    int id();

    /** Its clock, in cycles; while events are delivered to a core that waits, possibly in the past. */
    long clock();

    /** Its time-stamp counter: the clock, and what software wrote to it. */
    default long timeStamp() {
        return clock();
    }

    /** Makes the current instruction {@code cycles} longer. */
    void charge(long cycles);

    /** CR0. */
    long cr0();

    /** CR2. */
    long cr2();

    /** CR3, with the PCID in its low bits, without bit 63. */
    long cr3();

    /** CR4. */
    long cr4();

    /** IA32_EFER. */
    long efer();

    /** RFLAGS, computed. */
    long rflags();

    /** Current privilege level, 0 to 3. */
    int cpl();

    /** Linear address of the instruction that runs or is about to run. */
    long rip();

    /** A general-purpose register, see {@link dev.shootdown.core.arch.Gpr}. */
    long gpr(int register);

    /** Base of a segment, see {@link dev.shootdown.core.arch.Seg}. */
    long segmentBase(int segment);

    /**
     * Argument {@code index}, 0 to 5, of a function that was just entered (SysV: RDI, RSI, RDX, RCX, R8, R9).
     */
    long argument(int index);

    /** Its counters. */
    Counters counters();

    /** Reads a paging-structure entry as this core sees it: its own store buffer first, then memory. */
    long walkLoad(long physical);

    /**
     * Sets bits in a paging-structure entry with one locked compare-and-set, after the store buffer has
     * drained.
     *
     * @return whether the entry still was {@code expected}
     */
    boolean walkUpdate(long physical, long expected, long replacement);

    /**
     * Reads guest memory without side effects as this core would see it: by a fresh walk, its own store
     * buffer on top.
     *
     * @param size 1 to 8 bytes
     * @return 0 if it is not mapped
     */
    long peekLinear(long linear, int size);

    /** How many stores wait in the store buffer. */
    int pendingStores();

    /** Physical address of pending store {@code index}, 0 being the oldest. */
    long pendingStoreAddress(int index);

    /** Size in bytes of pending store {@code index}. */
    int pendingStoreSize(int index);

    /** Value of pending store {@code index}. */
    long pendingStoreValue(int index);

    /**
     * Somebody else has invalidated translations of this core: what it remembers of them by itself goes, and
     * the stores that it made through them go to memory. Called between instructions.
     */
    default void translationsInvalidated() {
        // A core that remembers nothing has nothing to forget.
    }

    /** A fixed interrupt may have become deliverable, or has ceased to be, at {@code cycle}. */
    void interruptsChanged(long cycle);

    /** An NMI arrives. */
    void nmi(long cycle);

    /** An INIT arrives. */
    void init(long cycle);

    /** A start-up IPI arrives; it counts only while the core waits for one. */
    void startUp(long cycle, int vector);

    /** Whether the core runs or waits to run (not halted, not waiting for SIPI). */
    boolean isRunning();
}
