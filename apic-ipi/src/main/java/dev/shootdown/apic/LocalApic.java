package dev.shootdown.apic;

import dev.shootdown.apic.fabric.Destination;
import dev.shootdown.apic.fabric.Endpoint;
import dev.shootdown.apic.fabric.Icr;
import dev.shootdown.apic.fabric.IpiFabric;
import dev.shootdown.apic.fabric.IpiMessage;
import dev.shootdown.core.arch.Msr;
import dev.shootdown.core.bus.EventSink;
import dev.shootdown.core.bus.EventType;
import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.spi.CoreContext;
import dev.shootdown.core.spi.GeneralProtection;
import dev.shootdown.core.spi.MachineContext;
import dev.shootdown.core.spi.MachineSetting;
import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.core.state.Derived;
import dev.shootdown.core.state.StateStream;

/**
 * The local APIC of one core. SDM 3A chapter 11.
 *
 * <p>Its identifier is what the topology says, in both modes, and cannot be written; xAPIC mode shows its low
 * eight bits. In xAPIC mode the registers
 * are a page of physical memory, in x2APIC mode MSRs; a write is checked as its way of access demands, then
 * both are one. The cost of a register access is charged here, so the core must not charge one of its own for
 * it.
 */
public final class LocalApic implements Endpoint {
    /** Where a page read that the manual leaves undefined ends. */
    private static final long UNDEFINED = 0;
    private static final long REGISTER_MASK = 0xFFFF_FFFFL;
    private static final int REGISTER_BYTES = 4;
    private static final int REGISTER_ALIGNMENT_MASK = 0xF;
    private static final int PAGE_OFFSET_MASK = 0xFFF;
    private static final int ID_SHIFT = 24;
    private static final int FLAT_MODEL = 0xF;
    private static final int MODEL_SHIFT = 28;
    private static final int CLASS_SHIFT = 4;
    private static final int VECTOR_MASK = 0xFF;
    /** xAPIC identifiers go up to 254: 255 addresses everybody. */
    private static final int LAST_XAPIC_ID = 254;
    private static final long NO_PAGE = -1;

    private final MachineContext machine;
    private final IpiFabric fabric;
    private final int id;
    private final int apicId;
    private final int physicalAddressBits;
    @Derived("from the settings") private final long[] costCycles = new long[2];
    private final long baseReadCycles;
    private final long baseWriteCycles;
    private final RegisterFile registers;
    private final Requests requests = new Requests();
    private final ErrorStatus errors = new ErrorStatus();
    private final ApicTimer timer;
    private final Commands commands;
    private final LocalPins pins;
    private long base;
    @Derived("the base, while in xAPIC mode")
    private long page;

    /** The APIC of core {@code id}, after power-up. */
    public LocalApic(final MachineContext machine, final int id, final IpiFabric fabric) {
        this.machine = machine;
        this.id = id;
        this.fabric = fabric;
        commands = new Commands(machine, fabric, id, this::error);
        final Settings settings = machine.settings();
        apicId = machine.topology().apicId(id);
        physicalAddressBits = settings.integer(ApicSetting.PHYSICAL_ADDRESS_BITS);
        costCycles[0] = settings.get(CostParam.XAPIC_REGISTER);
        costCycles[1] = settings.get(CostParam.X2APIC_REGISTER);
        baseReadCycles = settings.get(CostParam.RDMSR);
        baseWriteCycles = settings.get(CostParam.WRMSR);
        registers = new RegisterFile(settings.flag(ApicSetting.SUPPRESS_EOI_BROADCAST));
        pins = new LocalPins(machine, id, registers, this::request);
        timer = new ApicTimer(machine.events(), settings.get(MachineSetting.FREQUENCY_KHZ),
            settings.get(ApicSetting.TIMER_KHZ), this::timerExpired);
        final boolean x2apic = settings.flag(ApicSetting.X2APIC_AT_RESET)
            || machine.topology().apicId(machine.cores() - 1) > LAST_XAPIC_ID;
        setBase(ApicBase.atReset(id == 0, x2apic));
        resetRegisters();
        registers.set(ApicRegisters.LVT_LINT0, id == 0 ? Lvt.EXTERNAL : Lvt.MASKED);
    }

    @Override
    public boolean isRequesting() {
        return requests.isRequesting() || pins.isExternal(isPresent());
    }

    /** The core need not be told that the request may be gone: it asks {@link #isRequesting} again. */
    @Override
    public int acknowledge() {
        if (pins.isExternal(isPresent())) {
            return fabric.acknowledgeExternal();
        }
        if (!requests.isRequesting()) {
            return (int) registers.value(ApicRegisters.SPURIOUS) & VECTOR_MASK;
        }
        final int vector = requests.irr().highest();
        if (requests.service(vector)) {
            recordDelivered(vector);
        }
        updatePriority();
        return vector;
    }

    private void recordDelivered(final int vector) {
        fabric.ledger().recordDelivered(vector);
        core().counters().increment(Counter.IPI_DELIVERED);
        final EventSink sink = machine.sink();
        if (sink.wants(EventType.IPI_DELIVERED)) {
            final long now = core().clock();
            sink.publish(EventType.IPI_DELIVERED, now, id, vector, requests.sender(vector),
                now - requests.sentCycle(vector), 0);
        }
    }

    @Override
    public int apicId() {
        return apicId;
    }

    @Override
    public int taskPriority() {
        return (int) registers.value(ApicRegisters.TPR) >>> CLASS_SHIFT;
    }

    @Override
    public void setTaskPriority(final int taskPriority) {
        registers.set(ApicRegisters.TPR, (long) taskPriority << CLASS_SHIFT);
        prioritiesChanged();
    }

    /** Keeps the identifier and IA32_APIC_BASE, and with it the mode. SDM 3A 11.4.7.3 and 11.12.5.1. */
    @Override
    public void init() {
        resetRegisters();
    }

    @Override
    public boolean isPresent() {
        return ApicBase.isEnabled(base);
    }

    @Override
    public boolean isEnabled() {
        return isPresent() && registers.isSoftwareEnabled();
    }

    @Override
    public boolean isX2apic() {
        return ApicBase.isX2apic(base);
    }

    @Override
    public int logicalId() {
        return isX2apic() ? Destination.x2apicLogicalId(apicId)
            : (int) (registers.value(ApicRegisters.LDR) >>> ID_SHIFT);
    }

    @Override
    public boolean isFlat() {
        return registers.value(ApicRegisters.DFR) >>> MODEL_SHIFT == FLAT_MODEL;
    }

    @Override
    public int processorPriority() {
        return requests.priority();
    }

    @Override
    public boolean isRequestedByIpi(final int vector) {
        return requests.isFromIpi(vector);
    }

    @Override
    public void accept(final long message, final long sentCycle, final long cycle) {
        final int mode = IpiMessage.deliveryMode(message);
        if (Icr.isMaskable(mode)) {
            acceptMaskable(message, sentCycle, cycle);
        } else if (isPresent()) {
            Signals.deliver(core(), mode, IpiMessage.vector(message), cycle);
        }
    }

    private void acceptMaskable(final long message, final long sentCycle, final long cycle) {
        final int vector = IpiMessage.vector(message);
        final boolean ipi = IpiMessage.isAccounted(message);
        if (!isEnabled()) {
            if (ipi) {
                fabric.ledger().recordDiscarded(vector);
            }
        } else if (request(vector, IpiMessage.isLevel(message), cycle)) {
            if (ipi) {
                requests.markIpi(vector, IpiMessage.sender(message), sentCycle);
            }
        } else if (ipi) {
            fabric.ledger().recordCoalesced(vector);
            core().counters().increment(Counter.IPI_COALESCED);
        }
    }

    /** @return whether {@code vector} is legal and was not requested before */
    private boolean request(final int vector, final boolean level, final long cycle) {
        if (vector < IcrRules.FIRST_LEGAL_VECTOR) {
            error(ErrorStatus.RECEIVE_ILLEGAL_VECTOR, cycle);
            return false;
        }
        if (!requests.request(vector, level)) {
            return false;
        }
        updatePriority();
        core().interruptsChanged(cycle);
        return true;
    }

    @Override
    public boolean ownsMsr(final int msr) {
        return msr == Msr.APIC_BASE || msr == Msr.TSC_DEADLINE || Msr.isX2apic(msr);
    }

    @Override
    public long readMsr(final int msr) {
        if (msr == Msr.APIC_BASE) {
            core().charge(baseReadCycles);
            return base;
        }
        if (msr == Msr.TSC_DEADLINE) {
            core().charge(costCycles[1]);
            return timer.deadline();
        }
        final int position = ApicRegisters.positionOfMsr(msr);
        final ApicRegisters register = x2apicRegister(position);
        if (!register.isReadable(true)) {
            throw GeneralProtection.INSTANCE;
        }
        core().charge(costCycles[1]);
        return register == ApicRegisters.ICR ? registers.icr() : read(register, position);
    }

    @Override
    public void writeMsr(final int msr, final long value) {
        if (msr == Msr.APIC_BASE) {
            writeBase(value);
            return;
        }
        if (msr == Msr.TSC_DEADLINE) {
            timer.setDeadline(value, core().timeStamp(), core().clock());
            core().charge(costCycles[1]);
            return;
        }
        final ApicRegisters register = x2apicRegister(ApicRegisters.positionOfMsr(msr));
        if (!register.isWritable(true) || (value & registers.reserved(register)) != 0) {
            throw GeneralProtection.INSTANCE;
        }
        if (register == ApicRegisters.ICR) {
            registers.setX2apicDestination(value);
        }
        write(register, value & REGISTER_MASK);
    }

    private ApicRegisters x2apicRegister(final int position) {
        final ApicRegisters register = isX2apic() ? ApicRegisters.at(position) : null;
        if (register == null) {
            throw GeneralProtection.INSTANCE;
        }
        return register;
    }

    private void writeBase(final long value) {
        if (!ApicBase.isValid(value, physicalAddressBits) || !ApicBase.isTransition(base, value)) {
            throw GeneralProtection.INSTANCE;
        }
        final boolean wasX2apic = isX2apic();
        setBase(value);
        if (!isPresent()) {
            resetRegisters();
        } else if (isX2apic() && !wasX2apic) {
            registers.setX2apicDestination(0);
        }
        pins.entryWritten(core().clock());
        core().charge(baseWriteCycles);
    }

    private void setBase(final long value) {
        base = value;
        page = isPresent() && !isX2apic() ? ApicBase.page(value) : NO_PAGE;
        if (page != NO_PAGE && machine.memory().isRam(page)) {
            throw new MachineStop(MachineStop.Kind.NOT_MODELLED, id, 0,
                "APIC registers in RAM, IA32_APIC_BASE=0x" + Long.toHexString(value));
        }
    }

    @Override
    public void drivePin(final int pin, final boolean asserted) {
        pins.drive(pin, asserted, isPresent(), machine.now());
    }

    @Override
    public void timeStampChanged() {
        timer.timeStampChanged(core().timeStamp(), core().clock());
    }

    @Override
    public boolean ownsPhysical(final long physical) {
        return (physical & ~(long) PAGE_OFFSET_MASK) == page;
    }

    @Override
    public long mmioRead(final long physical, final int size) {
        final int offset = (int) physical & PAGE_OFFSET_MASK;
        core().charge(costCycles[0]);
        if (!isRegisterAccess(offset, size)) {
            return UNDEFINED;
        }
        final int position = ApicRegisters.positionOfOffset(offset);
        final ApicRegisters register = pageRegister(position);
        return register == null || !register.isReadable(false) ? UNDEFINED : read(register, position);
    }

    @Override
    public void mmioWrite(final long physical, final int size, final long value) {
        final int offset = (int) physical & PAGE_OFFSET_MASK;
        final ApicRegisters register = isRegisterAccess(offset, size)
            ? pageRegister(ApicRegisters.positionOfOffset(offset)) : null;
        if (register == null || !register.isWritable(false)) {
            core().charge(costCycles[0]);
            return;
        }
        write(register, value & REGISTER_MASK);
    }

    /** Other accesses are undefined; here they read 0 and change nothing. SDM 3A 11.4.1. */
    private static boolean isRegisterAccess(final int offset, final int size) {
        return size == REGISTER_BYTES && (offset & REGISTER_ALIGNMENT_MASK) == 0;
    }

    private ApicRegisters pageRegister(final int position) {
        final ApicRegisters register = ApicRegisters.at(position);
        if (register != null && register.isInPage()) {
            return register;
        }
        error(ErrorStatus.ILLEGAL_REGISTER, core().clock());
        return null;
    }

    private long read(final ApicRegisters register, final int position) {
        switch (register) {
            case ID:
                return isX2apic() ? apicId : apicId << ID_SHIFT & REGISTER_MASK;
            case LDR:
                return isX2apic() ? Integer.toUnsignedLong(logicalId()) : registers.value(register);
            case PPR:
                return requests.priority();
            case ISR:
                return requests.isr().register(position - register.position());
            case TMR:
                return requests.tmr().register(position - register.position());
            case IRR:
                return requests.irr().register(position - register.position());
            case ERROR_STATUS:
                return errors.shown();
            case INITIAL_COUNT:
                return timer.initialCount();
            case CURRENT_COUNT:
                return timer.currentCount(core().clock());
            default:
                return registers.value(register);
        }
    }

    private void write(final ApicRegisters register, final long value) {
        if (register == ApicRegisters.ICR) {
            registers.set(register, value);
            commands.send(registers.icr(), isX2apic());
            return;
        }
        if (register == ApicRegisters.SELF_IPI) {
            commands.sendSelf((int) value & VECTOR_MASK);
            return;
        }
        if (register.isLvt()) {
            writeLvt(register, value);
        } else {
            writeOther(register, value);
        }
        core().charge(costCycles[isX2apic() ? 1 : 0]);
    }

    private void writeOther(final ApicRegisters register, final long value) {
        registers.set(register, value);
        switch (register) {
            case TPR:
                prioritiesChanged();
                break;
            case EOI:
                endOfInterrupt();
                break;
            case SPURIOUS:
                if (!registers.isSoftwareEnabled()) {
                    registers.maskLvt();
                }
                break;
            case ERROR_STATUS:
                errors.latch();
                break;
            case INITIAL_COUNT:
                timer.setInitialCount(value, core().clock());
                break;
            case DIVIDE:
                timer.setDivide(value, core().clock());
                break;
            default:
                break;
        }
    }

    private void writeLvt(final ApicRegisters register, final long value) {
        if (register == ApicRegisters.LVT_TIMER) {
            Lvt.checkModelled(value, id);
            timer.setMode(Lvt.timerMode(value));
        }
        registers.set(register, registers.isSoftwareEnabled() ? value : value | Lvt.MASKED);
        pins.entryWritten(core().clock());
    }

    private void endOfInterrupt() {
        final int vector = requests.end();
        prioritiesChanged();
        if (vector != VectorSet.NONE) {
            pins.ended(vector, core().clock());
        }
        if (vector != VectorSet.NONE && !registers.isBroadcastSuppressed()) {
            fabric.endOfLevelInterrupt(vector);
        }
    }

    private void timerExpired(final long cycle) {
        final long entry = registers.value(ApicRegisters.LVT_TIMER);
        if (isPresent() && !Lvt.isMasked(entry)) {
            core().counters().increment(Counter.TIMER_INTERRUPTS);
            request(Lvt.vector(entry), false, cycle);
        }
    }

    private void error(final int error, final long cycle) {
        final long entry = registers.value(ApicRegisters.LVT_ERROR);
        if (!errors.record(error) || Lvt.isMasked(entry)) {
            return;
        }
        if (Lvt.vector(entry) < IcrRules.FIRST_LEGAL_VECTOR) {
            errors.record(ErrorStatus.RECEIVE_ILLEGAL_VECTOR);
            return;
        }
        request(Lvt.vector(entry), false, cycle);
    }

    private CoreContext core() {
        return machine.core(id);
    }

    private void resetRegisters() {
        registers.reset();
        timer.reset();
        errors.reset();
        requests.reset(fabric.ledger());
        prioritiesChanged();
    }

    private void prioritiesChanged() {
        final boolean before = requests.isRequesting();
        updatePriority();
        if (requests.isRequesting() != before) {
            core().interruptsChanged(core().clock());
        }
    }

    private void updatePriority() {
        requests.update((int) registers.value(ApicRegisters.TPR));
    }

    @Override
    public void transfer(final StateStream state) {
        state.section("local_apic", id);
        setBase(state.value("apic_base", base));
        registers.transfer(state);
        errors.transfer(state);
        requests.transfer(state);
        timer.transfer(state);
        pins.transfer(state);
        updatePriority();
    }
}
