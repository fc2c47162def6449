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

    private ControlOps() {
    }

    static void execute(final Core core, final Insn insn) {
        if (insn.op == Op.SMSW) {
            storeStatus(core, insn);
            return;
        }
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
                    core.debug.get(debugNumber(core, (int) insn.imm)));
                break;
            case Op.MOV_TO_DR:
                core.debug.set(debugNumber(core, (int) insn.imm),
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

    private static int debugNumber(final Core core, final int number) {
        if (number != 4 && number != 5) {
            return number;
        }
        if ((core.cr4() & Cr4.DE) != 0) {
            throw core.fault(Vector.UD);
        }
        return number - 4 + FIRST_STATUS;
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
