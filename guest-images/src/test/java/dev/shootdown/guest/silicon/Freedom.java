package dev.shootdown.guest.silicon;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Linear;
import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.decode.CodeMode;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.decode.Op;
import dev.shootdown.core.decode.OpTable;
import java.util.List;
import java.util.Set;

/**
 * What the manuals leave to the processor, beyond undefined flags, and where the makers differ. Each is
 * counted in the report of a campaign, so that none hides more than it should.
 */
enum Freedom {
    /** Cut to 16 bits by AMD, not by Intel. SDM 2A Jcc, CALL, RET; APM 3, near branches in 64-bit mode. */
    NEAR_BRANCH_WITH_66("AMD: 66 before a near branch in 64-bit mode makes RIP 16 bits wide") {
        @Override
        boolean takes(final Case made, final boolean amd) {
            return amd && made.mode == CodeMode.BITS_64 && made.hasOperandPrefix
                && NEAR.contains(OpTable.name(made.row.op()));
        }
    },
    /** APM 3 LFS, JMP far: no 16:64 pointers; SDM 2A has them. */
    FAR_POINTER_WITH_REX_W("AMD: far pointers in memory have no 64-bit offset") {
        @Override
        boolean takes(final Case made, final boolean amd) {
            return amd && made.insn.size == Long.BYTES && (made.insn.op == Op.LOAD_FAR_POINTER
                || made.insn.op == Op.JMP_FAR_INDIRECT || made.insn.op == Op.CALL_FAR_INDIRECT);
        }
    },
    /** APM 3 PREFETCH: #UD; SDM 2B PREFETCHW: a NOP. */
    PREFETCH_OF_REGISTER("AMD: 0F 0D with a register is undefined") {
        @Override
        boolean takes(final Case made, final boolean amd) {
            return amd && made.row.encoding().startsWith("0F 0D") && made.insn.a < Insn.MEMORY;
        }
    },
    /** SDM 2A CMPXCHG writes the destination always; APM 3 only when equal. */
    CMPXCHG_OF_REGISTER("AMD: a CMPXCHG that fails leaves the upper half of a 32-bit register") {
        @Override
        boolean takes(final Case made, final boolean amd) {
            return amd && made.insn.op == Op.CMPXCHG && made.insn.a < Insn.MEMORY
                && made.insn.size == Integer.BYTES && made.insn.a != 0
                && (int) made.gpr[0] != (int) made.gpr[made.insn.a];
        }
    },
    /** SDM 2B MOVSXD: two bytes are read with 66; on AMD four. */
    MOVSXD_OF_16_BITS("AMD: MOVSXD to 16 bits reads 32") {
        @Override
        boolean takes(final Case made, final boolean amd) {
            return amd && made.row.encoding().equals("63") && made.insn.op == Op.MOVSX && made.insn.size == 2;
        }
    },
    /** APM 3 MOV CRn: LOCK MOV CR0 is MOV CR8 where AltMovCr8 is offered; SDM 2B: #UD. */
    LOCK_BEFORE_MOV_CR("AMD: LOCK before MOV CR is another control register") {
        @Override
        boolean takes(final Case made, final boolean amd) {
            return amd && made.hasLockPrefix && made.row.name().startsWith("mov_")
                && made.row.name().endsWith("_cr");
        }
    },
    /** Seen on Zen 4; APM 3 1.2.5 and SDM 2A LOCK list what takes LOCK, and VERW is not in it. */
    LOCK_BEFORE_VERW("Zen: LOCK before VERW is ignored") {
        @Override
        boolean takes(final Case made, final boolean amd) {
            return amd && made.hasLockPrefix && "verw".equals(made.row.name());
        }
    },
    /** SDM 2A INS: nothing is checked for a count of zero. */
    NO_INPUT_OR_OUTPUT("AMD: repeated INS and OUTS check the port also when the count is zero") {
        @Override
        boolean takes(final Case made, final boolean amd) {
            return amd && (made.insn.op == Op.INS || made.insn.op == Op.OUTS) && made.insn.repeat != 0
                && (made.gpr[1] & -1L >>> Long.SIZE - 8 * made.insn.addressSize) == 0;
        }
    },
    /** SDM 3A table 6-2 has #UD before #GP; for DR4 and DR5 with CR4.DE, AMD has #GP of the CPL first. */
    DEBUG_ALIASES("AMD: MOV DR4 and DR5 check the privilege before CR4.DE") {
        @Override
        boolean takes(final Case made, final boolean amd) {
            return amd && made.row.name().endsWith("_dr") && made.insn.imm >> 1 == 2;
        }
    },
    /** Seen on Zen 4: F3 means LOOPE and F2 LOOPNE, whatever the opcode; SDM 2A LOOP knows no such prefix. */
    LOOP_WITH_REPEAT("Zen: F2 or F3 before LOOPE or LOOPNE chooses the condition") {
        @Override
        boolean takes(final Case made, final boolean amd) {
            return amd && made.hasRepeatPrefix && (made.insn.op == Op.LOOPE || made.insn.op == Op.LOOPNE);
        }
    },
    /** SDM 2B UD: with a ModRM byte; on AMD 0F FF and 0F B9 are undefined without one. */
    UD_WITHOUT_MODRM("AMD: UD0 and UD1 have no ModRM byte") {
        @Override
        boolean takes(final Case made, final boolean amd) {
            return amd && ("ud0".equals(made.row.name()) || "ud1".equals(made.row.name()))
                && (made.insn.op != Op.UD || made.codeAt + Layout.MOST_CODE > Layout.CODE_BYTES);
        }
    },
    /** SDM 1 3.3.7.1 asks for a canonical linear address only. */
    OFFSET_NOT_CANONICAL("Zen: an offset to FS or GS that is not canonical faults, whatever the base") {
        @Override
        boolean takes(final Case made, final boolean amd) {
            return amd && made.insn.segment >= Seg.FS && !Linear.isCanonical(made.offset());
        }
    },
    /** Seen on Zen 4 under Linux: the fault of the push at 4 GiB is retried for ever. SDM 3A 5.3: #SS. */
    FAR_CALL_AT_STACK_WRAP("Zen: a far CALL whose pushes wrap at 4 GiB does not end") {
        @Override
        boolean takes(final Case made, final boolean amd) {
            return amd && made.mode == CodeMode.BITS_32 && made.gpr[Gpr.RSP] < 2 * Long.BYTES
                && (made.insn.op == Op.CALL_FAR || made.insn.op == Op.CALL_FAR_INDIRECT);
        }
    },
    /** SDM 2B SHLD, SHRD. */
    DOUBLE_SHIFT_BEYOND_SIZE("the result of SHLD and SHRD by more than the operand's bits is undefined") {
        @Override
        boolean takes(final Case made, final boolean amd) {
            return (made.insn.op == Op.SHLD || made.insn.op == Op.SHRD)
                && Outcome.shiftCount(made) > 8 * made.insn.size;
        }
    },
    /** SDM 2A BSWAP. */
    BSWAP_OF_16_BITS("the result of BSWAP of 16 bits is undefined") {
        @Override
        boolean takes(final Case made, final boolean amd) {
            return made.insn.op == Op.BSWAP && made.insn.size == 2;
        }
    },
    /** SDM 3A table 6-2 orders the kinds of faults, but not how far an undefined instruction reaches. */
    UNDEFINED_AT_PAGE_END("how many bytes of an undefined instruction are fetched") {
        @Override
        boolean takes(final Case made, final boolean amd) {
            return made.insn.op == Op.UD && made.codeAt + Layout.MOST_CODE > Layout.CODE_BYTES;
        }
    };

    private static final Set<String> NEAR = Set.of("jcc", "jmp", "call", "loop", "loope", "loopne", "jcxz",
        "ret", "jmp_indirect", "call_indirect");
    private static final Set<String> POPPED = Set.of("rdi", "rsi", "rbp", "rbx", "rdx", "rcx", "rax");
    private static final Set<String> TRANSFERS = Set.of("ret_far", "iret", "call_far", "call_far_indirect",
        "jmp_far", "jmp_far_indirect", "call", "call_indirect", "cmps");
    final String text;

    Freedom(final String text) {
        this.text = text;
    }

    /** Whether {@code made} must not be compared with a processor that AMD made or did not. */
    abstract boolean takes(Case made, boolean amd);

    private static String op(final Case made) {
        return OpTable.name(made.insn.op);
    }

    /**
     * Whether a transfer of control, or CMPS of two bad operands, ended with one fault here and with another
     * there: which of several comes first is the processor's own affair, as is the order in which the words
     * of a frame are accessed.
     */
    static boolean isOrderOfFaults(final Case made, final Outcome here, final Outcome there,
            final List<String> differences) {
        return TRANSFERS.contains(op(made)) && isFault(here.vector) && isFault(there.vector)
            && differences.stream().allMatch(Freedom::isAboutFault);
    }

    /** Whether there it was #AC and here a fault of the same access, which SDM 3A table 6-2 has first. */
    static boolean isAlignmentFirst(final Outcome here, final Outcome there,
            final List<String> differences) {
        return isFault(here.vector) && there.vector == Vector.AC
            && differences.stream().allMatch(Freedom::isAboutFault);
    }

    private static boolean isAboutFault(final String difference) {
        return difference.startsWith("vector") || difference.startsWith("error code")
            || difference.startsWith("cr2");
    }

    /**
     * Whether an instruction of several accesses failed here and there alike, but there after some of them:
     * the memory that ENTER and PUSHA have pushed, the registers that POPA has loaded.
     */
    static boolean isPartial(final Case made, final Outcome here, final Outcome there,
            final List<String> differences) {
        if (!isFault(here.vector) || here.vector != there.vector || here.changes != 0) {
            return false;
        }
        final boolean pushes = made.insn.op == Op.ENTER || made.insn.op == Op.PUSHA;
        return differences.stream().allMatch(difference -> pushes && difference.startsWith("memory")
            || made.insn.op == Op.POPA && POPPED.contains(difference.substring(0, 3)));
    }

    private static boolean isFault(final int vector) {
        return vector >= Vector.TS && vector <= Vector.PF || vector == Vector.AC;
    }
}
