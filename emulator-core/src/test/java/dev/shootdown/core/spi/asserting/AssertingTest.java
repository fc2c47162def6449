package dev.shootdown.core.spi.asserting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.spi.CoreContext;
import dev.shootdown.core.spi.EmulatorPlugin;
import dev.shootdown.core.spi.LocalInterrupts;
import dev.shootdown.core.spi.Mmu;
import dev.shootdown.core.spi.TranslationFilter;
import dev.shootdown.core.spi.contract.ContractMachine;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each rule is broken once, and the wrapper names it. */
class AssertingTest {
    private final TranslationFilter filter = new TranslationFilter(PageSize.SHIFT_4K, 16);
    private CoreContext core;

    @BeforeEach
    void makeCore() {
        core = new ContractMachine(new Nothing(), 1).core(0);
    }

    @Test
    void shouldLetAGoodMmuPass() {
        final Mmu good = mmu(linear -> linear);
        assertThat(good.translate(0x1234, Access.WRITE)).isEqualTo(0x1234);
        good.invlpg(0x1234);
        good.reset();
    }

    @Test
    void shouldNameWhatATranslationBroke() {
        breaks(() -> mmu(linear -> linear + 1).translate(0x1000, Access.READ), "keeps the offset in the");
        breaks(() -> mmu(linear -> linear | 1L << 60).translate(0x1000, Access.READ), "at most 52 bits");
        breaks(() -> mmu(linear -> ~0x8000L).translate(0x1000, Access.READ), "no unknown bits");
        breaks(() -> mmu(linear -> ~0L).translate(0x1000, Access.WRITE), "says what the access was");
        breaks(() -> mmu(linear -> ~8L).translate(0x1000, Access.READ), "RSVD comes with P");
        breaks(() -> mmu(linear -> {
            core.charge(-1);
            return linear;
        }).translate(0x1000, Access.READ), "takes no negative time");
        breaks(() -> mmu(linear -> {
            filter.install(linear, 0, false, 0x7000, null);
            return linear;
        }).translate(0x1000, Access.READ), "a filter answers as the last translation did");
    }

    @Test
    void shouldNameWhatACallerBroke() {
        breaks(() -> mmu(linear -> linear).translate(0x1000, 3), "an access is a kind and a privilege");
        breaks(() -> mmu(linear -> linear).invpcid(4, 0, 0), "an INVPCID descriptor is checked before");
    }

    @Test
    void shouldNameAFilterThatWasNotEmptied() {
        filter.install(0x5000, TranslationFilter.USER_TAG, true, 0x9000, null);
        breaks(() -> mmu(linear -> linear).invlpg(0x5000), "after INVLPG no filter answers for the page");
        breaks(() -> mmu(linear -> linear).invpcid(2, 0, 0), "after INVPCID of all the filters are empty");
        breaks(() -> mmu(linear -> linear).reset(), "after a reset the filters are empty");
    }

    @Test
    void shouldNameAPeekThatTakesTime() {
        final Mmu slow = new AssertingMmu(fake(Mmu.class, Map.of("peekTranslate", arguments -> {
            core.charge(1);
            return -1L;
        })), core);
        breaks(() -> slow.peekTranslate(0, 0), "peeking has no effect");
    }

    @Test
    void shouldNameWhatAnInterruptControllerBroke() {
        breaks(() -> interrupts(Map.of("taskPriority", arguments -> 16)).taskPriority(), "from 0 to 15");
        breaks(() -> interrupts(Map.of()).setTaskPriority(3), "the task priority is what was written");
        breaks(() -> interrupts(Map.of("acknowledge", arguments -> 256)).acknowledge(), "from 0 to 255");
        breaks(() -> interrupts(Map.of("isRequesting", arguments -> true, "acknowledge", arguments -> 0x55))
            .acknowledge(), "holds back all that were requested with it");
        breaks(() -> interrupts(Map.of()).readMsr(5), "only MSRs that it owns");
        breaks(() -> interrupts(Map.of()).mmioRead(5, 4), "only its own page");
        breaks(() -> interrupts(Map.of("ownsPhysical", arguments -> true)).mmioRead(5, 3), "1, 2, 4 or 8");
        breaks(() -> interrupts(Map.of("ownsPhysical", arguments -> true, "mmioRead", arguments -> -1L))
            .mmioRead(0, 4), "no more bytes than were asked for");
        breaks(() -> interrupts(Map.of("isRequesting", arguments -> true)).init(),
            "after INIT nothing is requested");
    }

    private static void breaks(final ThrowingCallable call, final String rule) {
        assertThatThrownBy(call).isInstanceOf(BrokenRule.class)
            .hasMessageContaining(" on core 0 broke the rule")
            .hasMessageContaining(rule);
    }

    private Mmu mmu(final ToLongFunction<Long> translation) {
        return new AssertingMmu(fake(Mmu.class, Map.of("translate",
            arguments -> translation.applyAsLong((Long) arguments[0]))), core);
    }

    private LocalInterrupts interrupts(final Map<String, Function<Object[], Object>> methods) {
        return new AssertingInterrupts(fake(LocalInterrupts.class, methods), core);
    }

    /** Does what {@code methods} say, and nothing where they are silent. */
    private <T> T fake(final Class<T> type, final Map<String, Function<Object[], Object>> methods) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type},
            (proxy, method, arguments) -> {
                if (methods.containsKey(method.getName())) {
                    return methods.get(method.getName()).apply(arguments);
                }
                final Class<?> result = method.getReturnType();
                if (result == boolean.class) {
                    return false;
                }
                if (result == int.class) {
                    return 0;
                }
                return result == long.class ? (Object) 0L : result == TranslationFilter.class ? filter : null;
            }));
    }

    private static final class Nothing implements EmulatorPlugin {
        @Override
        public String name() {
            return "nothing";
        }
    }
}
