package dev.shootdown.mmu.oracle;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.arch.Cr0;
import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Efer;
import dev.shootdown.core.arch.PageFaultCode;
import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.memory.PhysicalMemory;

/**
 * Every paging mode straight from the manual: slow, obvious, without caches and without effects. The judge of
 * every other translation. It shares no code with the walker on purpose. The page-directory-pointer registers
 * of PAE paging are what memory says: a kernel that changes them there owes a write to CR3. SDM 3A 4.3 to
 * 4.7.
 */
public final class ReferenceWalk {
    private static final long NOWHERE = -1;
    private static final int MAX_LEVELS = 5;

    private final PhysicalMemory memory;
    private final int physicalBits;
    private final long[] tables = new long[MAX_LEVELS + 1];
    private final long[] entries = new long[MAX_LEVELS + 1];
    private long changedAddress = NOWHERE;
    private long changedValue;
    private boolean legacy;
    private boolean pae;
    private boolean sizeExtension;
    private boolean noExecuteEnabled;
    private boolean present;
    private boolean reserved;
    private boolean writable;
    private boolean user;
    private boolean executable;
    private int top;
    private int level;

    /** Walks in {@code memory} with physical addresses of {@code physicalBits}. */
    public ReferenceWalk(final PhysicalMemory memory, final int physicalBits) {
        this.memory = memory;
        this.physicalBits = physicalBits;
    }

    /** From now on takes the eight bytes at {@code physical} to be {@code value}, whatever memory says. */
    void suppose(final long physical, final long value) {
        changedAddress = physical;
        changedValue = value;
    }

    /** From now on believes memory alone. */
    void supposeNothing() {
        changedAddress = NOWHERE;
    }

    /**
     * Walks as the control registers say. The other methods tell the result. With CR0.PG clear there is
     * nothing to walk.
     *
     * @return whether there is a page
     */
    public boolean walk(final long cr0, final long cr3, final long cr4, final long efer, final long linear) {
        if ((cr0 & Cr0.PG) == 0) {
            throw new IllegalArgumentException("CR0.PG is clear; linear=0x" + Long.toHexString(linear));
        }
        final boolean ia32e = (efer & Efer.LMA) != 0;
        pae = !ia32e && (cr4 & Cr4.PAE) != 0;
        legacy = !ia32e && !pae;
        sizeExtension = (cr4 & Cr4.PSE) != 0;
        noExecuteEnabled = (efer & Efer.NXE) != 0;
        present = true;
        reserved = false;
        writable = true;
        user = true;
        executable = true;
        if (legacy) {
            top = 2;
            tables[top] = cr3 & 0xFFFF_F000L;
        } else if (pae) {
            top = 2;
            final long pointer = read8((cr3 & 0xFFFF_FFE0L) + 8 * (linear >>> 30 & 3));
            if ((pointer & 1) == 0) {
                level = 3;
                present = false;
                return false;
            }
            tables[top] = pointer & 0x000F_FFFF_FFFF_F000L;
        } else {
            top = (cr4 & Cr4.LA57) != 0 ? 5 : 4;
            tables[top] = cr3 & 0x000F_FFFF_FFFF_F000L;
        }
        return descend(linear);
    }

    private boolean descend(final long linear) {
        level = top;
        while (true) {
            final long entry = legacy ? read4(tables[level] + 4 * (linear >>> shift() & 1023))
                : read8(tables[level] + 8 * (linear >>> shift() & 511));
            entries[level] = entry;
            if ((entry & 1) == 0) {
                present = false;
                return false;
            }
            if (isReserved(entry)) {
                reserved = true;
                return false;
            }
            writable &= (entry >>> 1 & 1) == 1;
            user &= (entry >>> 2 & 1) == 1;
            executable &= entry >>> 63 == 0;
            if (level == 1 || isLarge(entry)) {
                return true;
            }
            level--;
            tables[level] = entry & 0x000F_FFFF_FFFF_F000L;
        }
    }

    /** All ones where there is no RAM, as a load would give. */
    private long read8(final long physical) {
        if (physical == changedAddress) {
            return changedValue;
        }
        return memory.isRam(physical) ? memory.peek(physical, Long.BYTES) : -1;
    }

    private long read4(final long physical) {
        return read8(physical & ~7L) >>> 8 * (physical & 4) & 0xFFFF_FFFFL;
    }

    private boolean isLarge(final long entry) {
        return (entry >>> 7 & 1) == 1 && (!legacy || sizeExtension);
    }

    private boolean isReserved(final long entry) {
        if (legacy) {
            return level == 2 && isLarge(entry) && isReservedIn4M(entry);
        }
        if (entry >>> 63 == 1 && !noExecuteEnabled) {
            return true;
        }
        final int above = pae ? 63 : 52;
        for (int bit = physicalBits; bit < above; bit++) {
            if ((entry >>> bit & 1) == 1) {
                return true;
            }
        }
        if (!isLarge(entry)) {
            return false;
        }
        switch (level) {
            case 5:
            case 4:
                return true;
            case 3:
                return (entry >>> 13 & 0x1_FFFF) != 0;
            case 2:
                return (entry >>> 13 & 0xFF) != 0;
            default:
                return false;
        }
    }

    /** Bit 21 and, of bits 20 to 13, those that would be address bits 39 to 32 if there were so many. */
    private boolean isReservedIn4M(final long entry) {
        for (int bit = 13; bit <= 20; bit++) {
            if ((entry >>> bit & 1) == 1 && bit + 19 >= physicalBits) {
                return true;
            }
        }
        return (entry >>> 21 & 1) == 1;
    }

    /** Whether the last walk found a page. */
    public boolean found() {
        return present && !reserved;
    }

    /** log2 of the bytes in the page that was found, or that an entry of the level covers. */
    public int shift() {
        return legacy ? 12 + 10 * (level - 1) : 12 + 9 * (level - 1);
    }

    /** The physical address of {@code linear} in the page that was found. */
    public long physical(final long linear) {
        final long entry = entries[level];
        if (legacy && level == 2) {
            return (entry >>> 13 & 0xFF) << 32 | entry & 0xFFC0_0000L | linear & 0x3F_FFFF;
        }
        final long offset = (1L << shift()) - 1;
        return entry & 0x000F_FFFF_FFFF_F000L & ~offset | linear & offset;
    }

    /** PAT, PCD and PWT of the page that was found, as a number from 0 to 7. */
    public int patIndex() {
        final long entry = entries[level];
        final long pat = level == 1 ? entry >>> 7 & 1 : entry >>> 12 & 1;
        return (int) (pat << 2 | entry >>> 3 & 3);
    }

    /** Whether every level permits writes. */
    public boolean writable() {
        return writable;
    }

    /** Whether every level permits user mode. */
    public boolean user() {
        return user;
    }

    /** Whether every level permits execution. */
    public boolean executable() {
        return executable;
    }

    /** The level of the first table in memory: 5, 4 or 2. */
    public int top() {
        return top;
    }

    /**
     * The level at which the walk ended, from {@link #top} to 1; 3 at a directory pointer of PAE paging that
     * is not present.
     */
    public int level() {
        return level;
    }

    /** The table that was read at {@code of}, which is at least {@link #level}. */
    public long table(final int of) {
        return tables[of];
    }

    /** The entry that was read at {@code of}, which is at least {@link #level}. */
    public long entry(final int of) {
        return entries[of];
    }

    /**
     * The page-fault error code that {@code access} deserves after the last walk, or -1 if it is permitted.
     *
     * @param cr0 CR0; also {@code cr4} and {@code rflags} of the core
     */
    public int fault(final int access, final long cr0, final long cr4, final long rflags) {
        final boolean byUser = Access.isUser(access);
        final boolean write = Access.kind(access) == Access.WRITE;
        final boolean fetch = Access.kind(access) == Access.FETCH;
        final boolean smep = (cr4 & Cr4.SMEP) != 0;
        int code = 0;
        code |= write ? PageFaultCode.WRITE : 0;
        code |= byUser ? PageFaultCode.USER : 0;
        code |= fetch && (smep || noExecuteEnabled && !legacy) ? PageFaultCode.FETCH : 0;
        if (!present) {
            return code;
        }
        if (reserved) {
            return code | PageFaultCode.PRESENT | PageFaultCode.RESERVED;
        }
        boolean permitted = !byUser || user;
        if (fetch) {
            permitted &= executable;
            permitted &= byUser || !user || !smep;
        } else {
            final boolean smap = (cr4 & Cr4.SMAP) != 0;
            final boolean lifted = (rflags & Rflags.AC) != 0 && !Access.isImplicit(access);
            permitted &= byUser || !user || !smap || lifted;
        }
        if (write) {
            permitted &= writable || !byUser && (cr0 & Cr0.WP) == 0;
        }
        return permitted ? -1 : code | PageFaultCode.PRESENT;
    }

    /** Translates without looking at rights. @return the physical address, or -1 */
    public long translate(final long cr0, final long cr3, final long cr4, final long efer,
            final long linear) {
        return walk(cr0, cr3, cr4, efer, linear) ? physical(linear) : NOWHERE;
    }
}
