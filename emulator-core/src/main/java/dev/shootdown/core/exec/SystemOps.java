package dev.shootdown.core.exec;

import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.cpu.Ports;
import dev.shootdown.core.cpu.SystemCalls;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.decode.Op;

/** System instructions. SDM 1 5.20, 5.22. */
final class SystemOps {
    private static final long LOW_32 = 0xFFFF_FFFFL;
    private static final int PORT = 0xFFFF;

    private SystemOps() {
    }

    static void execute(final Core core, final Insn insn) {
        switch (insn.op) {
            case Op.SYSCALL:
                SystemCalls.call(core);
                break;
            case Op.SYSRET:
                SystemCalls.returnFrom(core, insn.size);
                break;
            case Op.SWAPGS:
                swapGs(core);
                break;
            case Op.RDMSR:
                readMsr(core);
                break;
            case Op.WRMSR:
                writeMsr(core);
                break;
            case Op.MOV_FROM_CR:
            case Op.MOV_TO_CR:
            case Op.MOV_FROM_DR:
            case Op.MOV_TO_DR:
            case Op.LMSW:
            case Op.SMSW:
            case Op.CLTS:
                ControlOps.execute(core, insn);
                break;
            case Op.INVLPG:
            case Op.INVPCID:
            case Op.INVLPGB:
            case Op.TLBSYNC:
                TlbOps.execute(core, insn);
                break;
            case Op.IN:
            case Op.OUT:
                port(core, insn);
                break;
            case Op.HLT:
                checkPrivileged(core);
                core.halt();
                break;
            default:
                timeAndIdentity(core, insn);
                break;
        }
    }

    private static void timeAndIdentity(final Core core, final Insn insn) {
        switch (insn.op) {
            case Op.CPUID:
                core.charge(CostParam.SERIALIZE);
                core.cpuid.execute((int) core.gpr[Gpr.RAX], (int) core.gpr[Gpr.RCX]);
                break;
            case Op.RDTSC:
                readTimeStamp(core);
                break;
            case Op.RDTSCP:
                readTimeStamp(core);
                core.gpr[Gpr.RCX] = core.msrs.tscAux();
                break;
            case Op.RDPID:
                Operands.setRegister(core.gpr, insn.a, insn.size, core.msrs.tscAux());
                break;
            case Op.RDRAND:
            case Op.RDSEED:
                Operands.setRegister(core.gpr, insn.a, insn.size, core.random());
                core.flags.setStatus(Rflags.CF);
                break;
            case Op.TPAUSE:
            case Op.UMONITOR:
            case Op.UMWAIT:
            case Op.MONITOR:
            case Op.MWAIT:
                WaitOps.execute(core, insn);
                break;
            case Op.FSGSBASE:
                segmentBase(core, insn);
                break;
            default:
                rare(core, insn);
                break;
        }
    }

    private static void rare(final Core core, final Insn insn) {
        switch (insn.op) {
            case Op.INVD:
            case Op.WBINVD:
                checkPrivileged(core);
                core.charge(CostParam.SERIALIZE);
                break;
            case Op.SYSENTER:
                SystemCalls.enter(core);
                break;
            case Op.SYSEXIT:
                SystemCalls.exit(core, insn.size);
                break;
            case Op.RDPMC:
                throw core.fault(Vector.GP);
            case Op.XGETBV:
            case Op.XSETBV:
                throw core.fault(Vector.UD);
            default:
                TableOps.execute(core, insn);
                break;
        }
    }

    static void checkPrivileged(final Core core) {
        if (core.cpl() != 0) {
            throw core.fault(Vector.GP);
        }
    }

    private static void setPair(final Core core, final long value) {
        core.gpr[Gpr.RAX] = value & LOW_32;
        core.gpr[Gpr.RDX] = value >>> 32;
    }

    private static long pair(final Core core) {
        return core.gpr[Gpr.RDX] << 32 | core.gpr[Gpr.RAX] & LOW_32;
    }

    private static void swapGs(final Core core) {
        if (!core.is64) {
            throw core.fault(Vector.UD);
        }
        checkPrivileged(core);
        core.msrs.swapGs();
    }

    private static void readMsr(final Core core) {
        checkPrivileged(core);
        setPair(core, core.msrs.read((int) core.gpr[Gpr.RCX]));
    }

    private static void writeMsr(final Core core) {
        checkPrivileged(core);
        core.msrs.write((int) core.gpr[Gpr.RCX], pair(core));
    }

    private static void readTimeStamp(final Core core) {
        if ((core.cr4() & Cr4.TSD) != 0 && core.cpl() != 0) {
            throw core.fault(Vector.GP);
        }
        core.charge(CostParam.RDTSC);
        setPair(core, core.timeStamp());
    }

    private static void port(final Core core, final Insn insn) {
        final boolean in = insn.op == Op.IN;
        final int operand = in ? insn.b : insn.a;
        final int port = (int) (operand == Insn.IMMEDIATE ? insn.imm : core.gpr[Gpr.RDX]) & PORT;
        Ports.check(core, port, insn.size);
        if (in) {
            Operands.setRegister(core.gpr, Gpr.RAX, insn.size, Ports.in(core, port, insn.size));
        } else {
            Ports.out(core, port, insn.size, Operands.register(core.gpr, Gpr.RAX, insn.size));
        }
    }

    private static void segmentBase(final Core core, final Insn insn) {
        if (!core.is64 || (core.cr4() & Cr4.FSGSBASE) == 0) {
            throw core.fault(Vector.UD);
        }
        final int segment = (insn.imm & 1) == 0 ? Seg.FS : Seg.GS;
        if (insn.imm < 2) {
            Operands.setRegister(core.gpr, insn.a, insn.size, core.segmentBase(segment));
            return;
        }
        final long base = Operands.register(core.gpr, insn.a, insn.size);
        if (!core.control.isCanonicalBase(base)) {
            throw core.fault(Vector.GP);
        }
        core.msrs.setSegmentBase(segment, base);
    }
}
