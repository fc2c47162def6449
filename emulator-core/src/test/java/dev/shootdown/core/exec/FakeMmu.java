package dev.shootdown.core.exec;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.arch.PageFaultCode;
import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.memory.PhysicalMemory;
import dev.shootdown.core.spi.Mmu;
import dev.shootdown.core.spi.TranslationFilter;
import dev.shootdown.core.state.StateStream;
import java.util.HashSet;
import java.util.Set;

/** Maps every page to itself, but for the pages that a test takes away. */
final class FakeMmu implements Mmu {
    final Set<Long> missing = new HashSet<>();
    final Set<Long> readOnly = new HashSet<>();
    int cr3Writes;
    private final PhysicalMemory memory;
    private final TranslationFilter small = new TranslationFilter(PageSize.SHIFT_4K, 16);
    private final TranslationFilter large = new TranslationFilter(PageSize.SHIFT_2M, 8);

    FakeMmu(final PhysicalMemory memory) {
        this.memory = memory;
    }

    @Override
    public long translate(final long linear, final int access) {
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
    public void modeChanged(final long oldCr0, final long oldCr4, final long oldEfer) {
        small.clear();
    }

    @Override
    public void invlpg(final long linear) {
        small.clear(linear);
    }

    @Override
    public void invpcid(final int type, final int pcid, final long linear) {
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
