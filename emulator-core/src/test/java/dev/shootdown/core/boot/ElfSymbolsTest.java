package dev.shootdown.core.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shootdown.core.spi.SymbolTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ElfSymbolsTest {
    private static final int LOCAL_NOTYPE = 0x00;
    private static final int LOCAL_FUNC = 0x02;
    private static final int GLOBAL_NOTYPE = 0x10;
    private static final int GLOBAL_OBJECT = 0x11;
    private static final int GLOBAL_FUNC = 0x12;
    private static final int ABSOLUTE = 0xFFF1;

    private static ElfSymbols table(final boolean wide) {
        return new ElfMaker(wide).load(0, new byte[1], 1)
            .symbol("object", 0x2010, 8, GLOBAL_OBJECT, 2)
            .symbol("file.c", 0, 0, 0x04, ABSOLUTE)
            .symbol("constant", 0x1008, 0, LOCAL_NOTYPE, ABSOLUTE)
            .symbol("label", 0x1006, 0, LOCAL_NOTYPE, 1)
            .symbol("alias", 0x1000, 16, LOCAL_FUNC, 1)
            .symbol("function", 0x1000, 16, GLOBAL_FUNC, 1)
            .symbol("assembly", 0x1020, 0, GLOBAL_NOTYPE, 1)
            .symbol("elsewhere", 0x1000, 0, GLOBAL_NOTYPE, 0)
            .parse().symbols();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldNameAddressesByTheFunctionThatHoldsThem(final boolean wide) {
        final ElfSymbols symbols = table(wide);
        assertThat(symbols.describe(0x1000)).isEqualTo("function");
        assertThat(symbols.describe(0x1007)).isEqualTo("function+0x7");
        assertThat(symbols.nameAt(0x100f)).isEqualTo("function");
        assertThat(symbols.describe(0x2017)).isEqualTo("object+0x7");
    }

    @Test
    void shouldFallBackToTheNearestLabelOfTheSectionForCodeWithoutSizes() {
        final ElfSymbols symbols = table(true);
        assertThat(symbols.describe(0x1028)).isEqualTo("assembly+0x8");
        assertThat(symbols.describe(0x1fff)).isEqualTo("assembly+0xfdf");
        assertThat(symbols.describe(0x2000)).isEqualTo("0x2000");
        assertThat(symbols.describe(0x2018)).isEqualTo("0x2018");
        assertThat(symbols.describe(-1L)).isEqualTo("0xffffffffffffffff");
        assertThat(symbols.nameAt(0xfff)).isEmpty();
    }

    @Test
    void shouldFindAddressesAndSizesByName() {
        final ElfSymbols symbols = table(true);
        assertThat(symbols.address("alias")).isEqualTo(0x1000);
        assertThat(symbols.size("object")).isEqualTo(8);
        assertThat(symbols.address("constant")).isEqualTo(0x1008);
        assertThat(symbols.address("elsewhere")).isEqualTo(SymbolTable.NONE);
        assertThat(symbols.size("elsewhere")).isZero();
        assertThat(symbols.count()).isEqualTo(6);
    }

    @Test
    void shouldPreferTheGlobalSymbolOfAName() {
        final ElfSymbols symbols = new ElfMaker(true).load(0, new byte[1], 1)
            .symbol("twice", 0x1000, 4, LOCAL_FUNC, 1)
            .symbol("twice", 0x1010, 4, GLOBAL_FUNC, 1).symbol("twice", 0x1020, 4, LOCAL_FUNC, 1).parse()
            .symbols();
        assertThat(symbols.address("twice")).isEqualTo(0x1010);
    }

    @Test
    void shouldOrderTheUpperHalfAboveTheLower() {
        final ElfSymbols symbols = new ElfMaker(true).load(0, new byte[1], 1)
            .symbol("kernel", 0xffff_ffff_8000_0000L, 16, GLOBAL_FUNC, 1)
            .symbol("user", 0x1000, 16, GLOBAL_FUNC, 1).parse().symbols();
        assertThat(symbols.describe(0xffff_ffff_8000_0008L)).isEqualTo("kernel+0x8");
        assertThat(symbols.describe(0x1008)).isEqualTo("user+0x8");
    }

    @Test
    void shouldBeEmptyWithoutSymbolTable() {
        assertThat(ElfSymbols.none().describe(16)).isEqualTo("0x10");
        assertThat(ElfSymbols.none().address("main")).isEqualTo(SymbolTable.NONE);
    }

    @Test
    void shouldRefuseSymbolsOfSectionsThatAreNotThere() {
        final ElfMaker maker = new ElfMaker(true).load(0, new byte[1], 1)
            .symbol("lost", 0, 0, GLOBAL_FUNC, 9);
        assertThatThrownBy(maker::parse).isInstanceOf(ImageException.class)
            .hasMessageContaining("symbol in section 9, expected one of 5 sections");
    }
}
