package dev.shootdown.core.exec;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.arch.PageFaultCode;
import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.memory.PhysicalMemory;
import dev.shootdown.core.spi.Mmu;
import dev.shootdown.core.spi.TranslationFilter;
import dev.shootdown.core.state.StateStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Maps every page to itself, but for the pages that a test takes away. */
public final class FakeMmu implements Mmu {
    final Set<Long> missing = new HashSet<>();
    final Set<Long> readOnly = new HashSet<>();
    /** The pages of accesses that were not fetches, while {@link #folds}. */
    final Set<Long> touched = new TreeSet<>();
    /** Folds all addresses into RAM, counts accesses that are not fetches, and keeps the filters empty. */
    boolean folds;
    int accesses;
    /** The number of the access that faults, while {@link #folds}. */
    int failing = -1;
    /** The page whose accesses fault, while {@link #folds}. */
    long failingPage = -1;
    int cr3Writes;
    int pointerLoads;
    boolean pointersGood = true;
    /** What {@link #broadcastsDoneCycle} gives. */
    public long broadcastsDone;
    /** INVPCID, INVLPG and INVLPGB as they came: "0 pcid=5 0x1000". */
    public final List<String> invalidations = new ArrayList<>();
    private final PhysicalMemory memory;
    private final TranslationFilter small = new TranslationFilter(PageSize.SHIFT_4K, 16);
    private final TranslationFilter large = new TranslationFilter(PageSize.SHIFT_2M, 8);

    FakeMmu(final PhysicalMemory memory) {
        this.memory = memory;
    }

    @Override
    public long translate(final long linear, final int access) {
        if (folds && Access.kind(access) != Access.FETCH) {
            return fold(linear, access);
        }
        final long page = linear & -PageSize.BYTES_4K;
        final boolean write = Access.kind(access) == Access.WRITE;
        final int user = Access.isUser(access) ? PageFaultCode.USER : 0;
        if (missing.contains(page)) {
            return ~(long) (user | (write ? PageFaultCode.WRITE : 0));
        }
        if (write && readOnly.contains(page)) {
            return ~(long) (user | PageFaultCode.WRITE | PageFaultCode.PRESENT);
        }
        if (Access.kind(access) != Access.FETCH && !Access.isImplicit(access)) {
            small.install(linear, user == 0 ? 0 : TranslationFilter.USER_TAG, !readOnly.contains(page), page,
                memory.frame(page));
        }
        return linear;
    }

    private long fold(final long linear, final int access) {
        final boolean pageFails = (linear & memory.bytes() - 1 & -PageSize.BYTES_4K) == failingPage;
        if (accesses++ == failing || pageFails) {
            return ~(long) (Access.kind(access) == Access.WRITE ? PageFaultCode.WRITE : 0);
        }
        final long physical = linear & memory.bytes() - 1;
        touched.add(physical & -PageSize.BYTES_4K);
        return physical;
    }

    @Override
    public TranslationFilter smallFilter() {
        return small;
    }

    @Override
    public TranslationFilter largeFilter() {
        return large;
    }

    @Override
    public void cr3Written(final boolean noFlush) {
        cr3Writes++;
        small.clear();
    }

    @Override
    public boolean loadDirectoryPointers(final long cr3) {
        pointerLoads++;
        return pointersGood;
    }

    @Override
    public void modeChanged(final long oldCr0, final long oldCr4, final long oldEfer) {
        small.clear();
    }

    @Override
    public void invlpg(final long linear) {
        invalidations.add("invlpg 0x" + Long.toHexString(linear));
        small.clear(linear);
    }

    @Override
    public void broadcastInvalidation(final long rax, final int ecx, final int edx) {
        invalidations.add("broadcast 0x" + Long.toHexString(rax) + " 0x" + Integer.toHexString(ecx) + " 0x"
            + Integer.toHexString(edx));
    }

    @Override
    public long broadcastsDoneCycle() {
        return broadcastsDone;
    }

    @Override
    public void invpcid(final int type, final int pcid, final long linear) {
        invalidations.add(type + " pcid=" + pcid + " 0x" + Long.toHexString(linear));
        small.clear();
    }

    @Override
    public void reset() {
        small.clear();
    }

    @Override
    public long peekTranslate(final long linear, final long cr3) {
        return missing.contains(linear & -PageSize.BYTES_4K) ? -1 : linear;
    }

    @Override
    public void transfer(final StateStream state) {
        cr3Writes = state.number("cr3_writes", cr3Writes);
    }
}
