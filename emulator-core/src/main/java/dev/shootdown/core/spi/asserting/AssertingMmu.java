package dev.shootdown.core.spi.asserting;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.arch.Cr0;
import dev.shootdown.core.arch.PageFaultCode;
import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.spi.CoreContext;
import dev.shootdown.core.spi.Mmu;
import dev.shootdown.core.spi.TranslationFilter;
import dev.shootdown.core.state.StateStream;

/** An MMU whose every call is checked before and after. */
public final class AssertingMmu implements Mmu {
    private static final int ACCESSES = 16;
    private static final int PHYSICAL_BITS = 52;
    private static final int INVPCID_TYPES = 4;
    private static final int INVPCID_ALL = 2;
    private static final int PCIDS = 1 << 12;
    private static final int KNOWN_CODES = PageFaultCode.PRESENT | PageFaultCode.WRITE | PageFaultCode.USER
        | PageFaultCode.RESERVED | PageFaultCode.FETCH;

    private final Mmu checked;
    private final CoreContext core;
    private final Rules rules;
    private final TranslationFilter small;
    private final TranslationFilter large;

    /** Checks {@code mmu}, which translates for {@code core}. */
    public AssertingMmu(final Mmu mmu, final CoreContext core) {
        checked = mmu;
        this.core = core;
        rules = new Rules(mmu, core);
        small = mmu.smallFilter();
        large = mmu.largeFilter();
    }

    @Override
    public long translate(final long linear, final int access) {
        rules.demand((core.cr0() & Cr0.PG) != 0, "translation is asked for only while CR0.PG is set",
            "linear", linear);
        rules.demand(access >= 0 && access < ACCESSES && Access.kind(access) <= Access.FETCH
            && !(Access.isUser(access) && Access.isImplicit(access)),
            "an access is a kind and a privilege", "access", access);
        final long cr2 = core.cr2();
        final long cr3 = core.cr3();
        final long rip = core.rip();
        rules.begin();
        final long result = checked.translate(linear, access);
        rules.end();
        rules.demand(core.cr2() == cr2 && core.cr3() == cr3 && core.rip() == rip,
            "translation changes no register", "linear", linear);
        if (result < 0) {
            checkFault(linear, access, ~result);
        } else {
            checkTranslation(linear, access, result);
        }
        return result;
    }

    private void checkFault(final long linear, final int access, final long code) {
        rules.demand((code & ~KNOWN_CODES) == 0, "a page-fault error code has no unknown bits", "linear",
            linear, "code", code);
        rules.demand((code & PageFaultCode.WRITE) != 0 == (Access.kind(access) == Access.WRITE)
            && (code & PageFaultCode.USER) != 0 == Access.isUser(access)
            && ((code & PageFaultCode.FETCH) == 0 || Access.kind(access) == Access.FETCH),
            "a page-fault error code says what the access was", "linear", linear, "access", access, "code",
            code);
        rules.demand((code & PageFaultCode.RESERVED) == 0 || (code & PageFaultCode.PRESENT) != 0,
            "RSVD comes with P", "linear", linear, "code", code);
    }

    private void checkTranslation(final long linear, final int access, final long physical) {
        rules.demand(((physical ^ linear) & PageSize.BYTES_4K - 1) == 0,
            "a translation keeps the offset in the page", "linear", linear, "physical", physical);
        rules.demand(physical >>> PHYSICAL_BITS == 0, "a physical address has at most 52 bits", "linear",
            linear, "physical", physical);
        if (Access.kind(access) != Access.FETCH) {
            final long user = Access.isUser(access) ? TranslationFilter.USER_TAG : 0;
            checkFilter(small, linear, user, physical);
            checkFilter(large, linear, user, physical);
        }
    }

    private void checkFilter(final TranslationFilter filter, final long linear, final long user,
            final long physical) {
        if (filter == null) {
            return;
        }
        final int slot = filter.slot(linear);
        final boolean reads = filter.answersRead(slot, linear, user);
        rules.demand(!reads || filter.physical(slot, linear) == physical,
            "a filter answers as the last translation did", "linear", linear, "physical", physical);
        rules.demand(reads || !filter.answersWrite(slot, linear, user),
            "a filter that answers writes answers reads, too", "linear", linear);
    }

    private void demandSilence(final long linear, final String rule) {
        for (final TranslationFilter filter : new TranslationFilter[] {small, large}) {
            if (filter != null) {
                final int slot = filter.slot(linear);
                rules.demand(!filter.answersRead(slot, linear, 0)
                    && !filter.answersRead(slot, linear, TranslationFilter.USER_TAG), rule, "linear", linear);
            }
        }
    }

    private void demandEmptyFilters(final String rule) {
        rules.demand((small == null || small.isEmpty()) && (large == null || large.isEmpty()), rule);
    }

    @Override
    public TranslationFilter smallFilter() {
        rules.demand(checked.smallFilter() == small, "the filter of small pages is always the same");
        return small;
    }

    @Override
    public TranslationFilter largeFilter() {
        rules.demand(checked.largeFilter() == large, "the filter of large pages is always the same");
        return large;
    }

    @Override
    public void cr3Written(final boolean noFlush) {
        rules.begin();
        checked.cr3Written(noFlush);
        rules.end();
    }

    @Override
    public void modeChanged(final long oldCr0, final long oldCr4, final long oldEfer) {
        rules.begin();
        checked.modeChanged(oldCr0, oldCr4, oldEfer);
        rules.end();
    }

    @Override
    public void invlpg(final long linear) {
        rules.begin();
        checked.invlpg(linear);
        rules.end();
        demandSilence(linear, "after INVLPG no filter answers for the page");
    }

    @Override
    public void invpcid(final int type, final int pcid, final long linear) {
        rules.demand(type >= 0 && type < INVPCID_TYPES && pcid >= 0 && pcid < PCIDS,
            "an INVPCID descriptor is checked before", "type", type, "pcid", pcid);
        rules.begin();
        checked.invpcid(type, pcid, linear);
        rules.end();
        if (type == INVPCID_ALL) {
            demandEmptyFilters("after INVPCID of all the filters are empty");
        }
    }

    @Override
    public void reset() {
        checked.reset();
        demandEmptyFilters("after a reset the filters are empty");
    }

    @Override
    public long peekTranslate(final long linear, final long cr3) {
        final long walks = core.counters().get(Counter.PAGE_WALKS);
        final long clock = core.clock();
        final long result = checked.peekTranslate(linear, cr3);
        rules.demand(core.clock() == clock && core.counters().get(Counter.PAGE_WALKS) == walks,
            "peeking has no effect", "linear", linear);
        rules.demand(result == -1 || ((result ^ linear) & PageSize.BYTES_4K - 1) == 0
            && result >>> PHYSICAL_BITS == 0, "peeking gives an address with the same offset, or -1",
            "linear", linear, "physical", result);
        return result;
    }

    @Override
    public void transfer(final StateStream state) {
        checked.transfer(state);
    }
}
