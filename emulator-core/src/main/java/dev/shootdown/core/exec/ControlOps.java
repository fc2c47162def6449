package dev.shootdown.core.exec;

import dev.shootdown.core.arch.Cr0;
import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.decode.Op;

/** Moves to and from control and debug registers. SDM 2B MOV. */
final class ControlOps {
    private static final long MACHINE_STATUS = Cr0.PE | Cr0.MP | Cr0.EM | Cr0.TS;
    private static final int MAX_TASK_PRIORITY = 15;
    private static final int FIRST_STATUS = 6;
    private static final int DEBUG_COUNT = 8;
    /** CR0, CR2, CR3, CR4 and CR8. */
    private static final long CONTROLS = 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 8;

    private ControlOps() {
    }

    static void execute(final Core core, final Insn insn) {
        if (insn.op == Op.SMSW) {
            storeStatus(core, insn);
            return;
        }
        checkExists(core, insn);
        SystemOps.checkPrivileged(core);
        switch (insn.op) {
            case Op.MOV_FROM_CR:
                Operands.setRegister(core.gpr, insn.a, width(core), control(core, (int) insn.imm));
                break;
            case Op.MOV_TO_CR:
                setControl(core, (int) insn.imm, Operands.register(core.gpr, insn.b, width(core)));
                break;
            case Op.MOV_FROM_DR:
                Operands.setRegister(core.gpr, insn.a, width(core),
                    core.debug.get(debugNumber((int) insn.imm)));
                break;
            case Op.MOV_TO_DR:
                core.debug.set(debugNumber((int) insn.imm),
                    Operands.register(core.gpr, insn.b, width(core)));
                break;
            case Op.CLTS:
                core.control.writeCr0(core.cr0() & ~Cr0.TS);
                break;
            default:
                loadStatus(core, insn);
                break;
        }
    }

    /** That there is such a register is found before the privilege is checked. SDM 3A table 6-2. */
    private static void checkExists(final Core core, final Insn insn) {
        final boolean control = insn.op == Op.MOV_FROM_CR || insn.op == Op.MOV_TO_CR;
        final boolean debug = insn.op == Op.MOV_FROM_DR || insn.op == Op.MOV_TO_DR;
        final boolean exists = control ? insn.imm < Long.SIZE && (CONTROLS >>> insn.imm & 1) != 0
            : !debug || insn.imm < DEBUG_COUNT && ((core.cr4() & Cr4.DE) == 0 || insn.imm >> 1 != 2);
        if (!exists) {
            throw core.fault(Vector.UD);
        }
    }

    private static int width(final Core core) {
        return core.is64 ? Long.BYTES : Integer.BYTES;
    }

    private static long control(final Core core, final int number) {
        switch (number) {
            case 0:
                return core.cr0();
            case 2:
                return core.cr2();
            case 3:
                return core.cr3();
            case 4:
                return core.cr4();
            case 8:
                return core.interrupts().taskPriority();
            default:
                throw core.fault(Vector.UD);
        }
    }

    private static void setControl(final Core core, final int number, final long value) {
        switch (number) {
            case 0:
                core.charge(CostParam.MOV_CR);
                core.control.writeCr0(value);
                break;
            case 2:
                core.setCr2(value);
                break;
            case 3:
                core.control.writeCr3(value);
                break;
            case 4:
                core.control.writeCr4(value);
                break;
            case 8:
                setTaskPriority(core, value);
                break;
            default:
                throw core.fault(Vector.UD);
        }
    }

    private static void setTaskPriority(final Core core, final long value) {
        if (value < 0 || value > MAX_TASK_PRIORITY) {
            throw core.fault(Vector.GP);
        }
        core.interrupts().setTaskPriority((int) value);
        core.attention = true;
    }

    /** Without CR4.DE, DR4 and DR5 are other names of DR6 and DR7. SDM 3B 18.2.2. */
    private static int debugNumber(final int number) {
        return number == 4 || number == 5 ? number - 4 + FIRST_STATUS : number;
    }

    private static void storeStatus(final Core core, final Insn insn) {
        TableOps.checkUserMode(core);
        if (insn.a == Insn.MEMORY) {
            core.memory.write(insn.segment, Operands.offset(core, insn), 2, core.cr0());
        } else {
            Operands.setRegister(core.gpr, insn.a, insn.size, core.cr0());
        }
    }

    /** LMSW cannot clear PE. */
    private static void loadStatus(final Core core, final Insn insn) {
        final int operand = insn.a == Insn.NONE ? insn.b : insn.a;
        final long value = Operands.read(core, insn, operand, 2) & MACHINE_STATUS;
        core.control.writeCr0(core.cr0() & ~(MACHINE_STATUS & ~Cr0.PE) | value);
    }
}
