package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.spi.SymbolTable;
import java.util.Locale;

/** All registers of a core as text, for reports about guests that went wrong. */
public final class RegisterDump {
    private static final int PER_LINE = 4;

    private RegisterDump() {
    }

    /** Several lines, with the names of {@code symbols} where they help. */
    public static String of(final Core core, final SymbolTable symbols) {
        final StringBuilder text = new StringBuilder();
        line(text, "core %d  cycle %d  cpl %d  %s  %s%n", core.id(), core.clock, core.cpl(), core.mode(),
            core.activity());
        line(text, "rip %016x  %s%n", core.rip(), symbols.describe(core.rip()));
        for (int register = 0; register < Gpr.COUNT; register++) {
            line(text, "%-3s %016x%s", Gpr.name(register), core.gpr(register),
                register % PER_LINE == PER_LINE - 1 ? System.lineSeparator() : "  ");
        }
        line(text, "rflags %x  cr0 %x  cr2 %x  cr3 %x  cr4 %x  efer %x%n", core.rflags(), core.cr0(),
            core.cr2(), core.cr3(), core.cr4(), core.efer());
        for (int segment = 0; segment < Seg.COUNT; segment++) {
            line(text, "%-4s %04x base %016x limit %08x attributes %05x%n", Seg.name(segment),
                core.segments.selector(segment), core.segments.base(segment), core.segments.limit[segment],
                core.segments.attributes[segment]);
        }
        line(text, "gdt %016x %04x  idt %016x %04x%n", core.segments.gdtBase, core.segments.gdtLimit,
            core.segments.idtBase, core.segments.idtLimit);
        return text.append("code").append(codeBytes(core)).append(System.lineSeparator()).toString();
    }

    /** The bytes that the core would execute next, each after a space. */
    static String codeBytes(final Core core) {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < CodeFetcher.MAX_INSTRUCTION_BYTES; i++) {
            line(text, " %02x", core.peekLinear(core.rip() + i, 1));
        }
        return text.toString();
    }

    private static void line(final StringBuilder text, final String format, final Object... values) {
        text.append(String.format(Locale.ROOT, format, values));
    }
}
