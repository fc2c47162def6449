package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Cr0;
import dev.shootdown.core.arch.Efer;
import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.count.Counters;
import dev.shootdown.core.decode.CodeMode;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.spi.CoreContext;
import dev.shootdown.core.spi.LocalInterrupts;
import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.core.spi.Mmu;
import dev.shootdown.core.state.Derived;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;
import dev.shootdown.core.time.SplitMix64;

/**
 * One logical processor. Its fields are what instructions work on, and the interpreter reads and writes the
 * hottest ones directly; whatever has consequences (control registers, segments, the interrupt flag) has a
 * method.
 *
 * <p>The clock is the cycle in which the core acts next; an instruction adds its cost while it runs.
 */
public final class Core implements CoreContext, Stateful {
    /** System V: the registers of the first six arguments. */
    private static final int[] ARGUMENTS = {Gpr.RDI, Gpr.RSI, Gpr.RDX, Gpr.RCX, Gpr.R8, Gpr.R9};
    /**
     * R0 to R15, then {@link Insn#ZERO}, which is always 0, and {@link Insn#RIP}, the address of the next
     * instruction.
     */
    public final long[] gpr = new long[Gpr.COUNT + 2];
    /** Offset in CS of the instruction that runs or is about to run. */
    public long rip;
    /** Cycles. */
    public long clock;
    /** Whether the next step has something else to look at before its instruction. */
    public boolean attention = true;
    /** Current privilege level. */
    int cpl;
    /** Whether the code segment is 64-bit code. */
    @Derived("from CS and EFER") public boolean is64;

    /** RFLAGS. */
    public final LazyFlags flags = new LazyFlags();
    /** Segment registers. */
    public final SegmentRegisters segments = new SegmentRegisters();
    /** Control registers. */
    public final Control control;
    /** Model-specific registers. */
    public final Msrs msrs;
    /** The way to memory. */
    public final CoreMemory memory;
    /** Stores on their way to memory. */
    public final StoreBuffer stores;
    /** The way to instructions. */
    public final CodeFetcher code;
    /** What things cost. */
    public final CoreCosts costs;
    /** CPUID. */
    public final Cpuid cpuid;
    /** What is about to be written in pieces. */
    public final Reservation reservation = new Reservation(this);
    /** Waits for stores. */
    public final StoreWaits waits;
    /** What FXSAVE saves. */
    public final FpuState fpu = new FpuState();

    final CoreParts parts;
    @Derived("segment bases as the mode sees them") final long[] linearBase = new long[Seg.COUNT];
    @Derived("from the control registers") boolean paging;
    @Derived("from the mode") CodeMode mode = CodeMode.BITS_16;
    @Derived("from the privilege level") int userAccess;
    @Derived("from the privilege level") long userTag;
    @Derived("from SS and the mode") long stackMask;
    @Derived("wired once") Mmu mmu;
    @Derived("wired once") LocalInterrupts interrupts;
    @Derived("wired once") Waker waker;

    Activity activity;
    long deadline;
    long waitingSince;
    long cr2;
    /** What is carried from one instruction to the next. */
    public final Boundary boundary = new Boundary();
    final Delivery delivery = new Delivery();
    final StackFrame frame = new StackFrame(this);
    /** What writes that bypass {@link CoreMemory#write} must pass, too. */
    final AccessChecks checks = new AccessChecks(this);
    /** Debug registers. */
    public final DebugRegisters debug = new DebugRegisters(this);

    /** One bit for each {@link CostParam}; tells reports which costs mattered. */
    long chargedParams;
    private final int id;
    final Counters counters = new Counters();
    @Derived("on its way from where it is thrown to where it is caught")
    private final GuestFault fault = new GuestFault();
    final SplitMix64 random;

    /** Core {@code id}: number 0 runs at once, the others wait for a start-up IPI. */
    public Core(final CoreParts parts, final int id) {
        this.parts = parts;
        this.id = id;
        costs = new CoreCosts(parts.settings());
        random = new SplitMix64(SplitMix64.mix(parts.seed()) + id);
        stores = new StoreBuffer(parts.memory(), id, parts.settings(), ~SplitMix64.mix(parts.seed()) - id);
        memory = new CoreMemory(this);
        code = new CodeFetcher(this);
        control = new Control(this);
        msrs = new Msrs(this);
        cpuid = new Cpuid(this);
        waits = new StoreWaits(this);
        Starting.resetRegisters(this);
        activity = id == 0 ? Activity.RUNNING : Activity.WAIT_FOR_SIPI;
    }

    /** Gives the core its MMU and interrupt controller, once, before it runs. */
    public void attach(final Mmu newMmu, final LocalInterrupts newInterrupts) {
        attach(newMmu, newInterrupts, Waker.NOBODY);
    }

    /** As {@link #attach(Mmu, LocalInterrupts)}; {@code newWaker} is told when a store ends its wait. */
    public void attach(final Mmu newMmu, final LocalInterrupts newInterrupts, final Waker newWaker) {
        if (mmu != null) {
            throw new IllegalStateException("core " + id + " has its MMU already");
        }
        mmu = newMmu;
        interrupts = newInterrupts;
        waker = newWaker;
        memory.attach();
    }

    /** The cycle in which it acts next; {@link Long#MAX_VALUE} while it waits without a deadline. */
    public long nextRun() {
        if (activity == Activity.RUNNING) {
            return clock;
        }
        return activity == Activity.PAUSED ? deadline : Long.MAX_VALUE;
    }

    /** What it does or waits for. */
    public Activity activity() {
        return activity;
    }

    // ---- what instructions need ----

    /** The core's exception, with error code 0, to be thrown. */
    public GuestFault fault(final int vector) {
        return fault.with(vector, 0);
    }

    /** The core's exception, to be thrown. */
    public GuestFault fault(final int vector, final int errorCode) {
        return fault.with(vector, errorCode);
    }

    /** Ends the run because the guest did what is not modelled; to be thrown. */
    public MachineStop notModelled(final String what) {
        return new MachineStop(MachineStop.Kind.NOT_MODELLED, id, 0, what + " is not modelled: core " + id
            + " rip 0x" + Long.toHexString(rip()) + " bytes" + RegisterDump.codeBytes(this));
    }

    /** Adds the cycles of {@code param}. */
    public void charge(final CostParam param) {
        chargedParams |= 1L << param.ordinal();
        clock += costs.of(param);
    }

    /** Whether the core, not its MMU or interrupt controller, has ever charged {@code param}. */
    public boolean hasCharged(final CostParam param) {
        return (chargedParams >>> param.ordinal() & 1) != 0;
    }

    /** Waits until every store is in memory. */
    public void drainStores() {
        if (!stores.isEmpty()) {
            waitForStores(stores.lastDrain());
            stores.drainAll();
        }
    }

    /** Does nothing until {@code cycle}, when the store buffer is expected to be as the core needs it. */
    public void waitForStores(final long cycle) {
        final long cycles = cycle - clock;
        if (cycles > 0) {
            counters.add(Counter.STORE_BUFFER_STALL_CYCLES, cycles);
            clock = cycle;
        }
    }

    /** Delays the next step until the store buffer is empty. */
    public void waitUntilDrained() {
        waitForStores(Math.max(stores.lastDrain(), clock + 1));
    }

    /** Delays the next step until the oldest store is in memory. */
    public void waitForRoom() {
        waitForStores(Math.max(stores.nextDrain(), clock + 1));
    }

    /** Writes RFLAGS; a newly set IF or TF takes effect. */
    public void setRflags(final long value) {
        final boolean before = flags.has(Rflags.AC);
        flags.setRflags(value);
        attention = true;
        memory.accessFlagWritten(before);
    }

    /** CLAC and STAC. */
    public void setAccessFlag(final boolean value) {
        final boolean before = flags.has(Rflags.AC);
        flags.assign(Rflags.AC, value);
        memory.accessFlagWritten(before);
    }

    /** Opens the one-instruction window of STI without interrupts. SDM 2B STI. */
    public void openShadow() {
        boundary.shadow = true;
        attention = true;
    }

    /** Opens the one-instruction window of MOV SS and POP SS, also without debug exceptions. SDM 3A 6.8.3. */
    public void openStackShadow() {
        boundary.openStackShadow(this);
    }

    @Override
    public long timeStamp() {
        return clock + msrs.timeStampOffset();
    }

    /** The next random number, for RDRAND and RDSEED. */
    public long random() {
        return random.next();
    }

    /** Its interrupt controller. */
    public LocalInterrupts interrupts() {
        return interrupts;
    }

    /** Its MMU. */
    public Mmu mmu() {
        return mmu;
    }

    /** I/O ports and all else that cores share. */
    public CoreParts parts() {
        return parts;
    }

    /** Size of code by default. */
    public CodeMode mode() {
        return mode;
    }

    /** Whether CR0.PE is set. */
    public boolean isProtected() {
        return (control.cr0 & Cr0.PE) != 0;
    }

    /** Whether EFER.LMA is set. */
    public boolean isLong() {
        return (control.efer & Efer.LMA) != 0;
    }

    /** The stack pointer, as wide as the stack is. */
    public long stackPointer() {
        return gpr[Gpr.RSP] & stackMask;
    }

    /** {@code offset} wrapped as the stack wraps. */
    public long stackOffset(final long offset) {
        return offset & stackMask;
    }

    /** Replaces as much of RSP as the stack is wide. */
    public void setStackPointer(final long value) {
        if (stackMask == -1) {
            gpr[Gpr.RSP] = value;
        } else if (stackMask == SegmentRegisters.FLAT_LIMIT) {
            gpr[Gpr.RSP] = value & stackMask;
        } else {
            gpr[Gpr.RSP] = gpr[Gpr.RSP] & ~stackMask | value & stackMask;
        }
    }

    /** {@code offset} cut to what an instruction pointer of {@code size} bytes holds. */
    public long codeOffset(final long offset, final int size) {
        if (is64) {
            return offset;
        }
        return size == 2 ? offset & 0xFFFF : offset & SegmentRegisters.FLAT_LIMIT;
    }

    /** Checks that control may go to {@code offset}. */
    public void checkBranch(final long offset) {
        code.check(offset);
    }

    // ---- waiting and waking ----

    /** HLT: waits for an interrupt, unless one can be taken now. */
    public void halt() {
        Waiting.waitFor(this, Activity.HALTED, Long.MAX_VALUE);
    }

    @Override
    public void translationsInvalidated() {
        code.forgetTranslation();
        stores.drainAll();
    }

    @Override
    public void interruptsChanged(final long cycle) {
        Waiting.wakeIfDue(this, cycle);
    }

    @Override
    public void nmi(final long cycle) {
        boundary.nmiPending = true;
        Waiting.wakeIfDue(this, cycle);
    }

    @Override
    public void init(final long cycle) {
        Starting.init(this, cycle);
    }

    @Override
    public void startUp(final long cycle, final int vector) {
        Starting.startUp(this, cycle, vector);
    }

    // ---- as plugins see it ----

    @Override
    public int id() {
        return id;
    }

    @Override
    public long clock() {
        return clock;
    }

    @Override
    public void charge(final long cycles) {
        clock += cycles;
    }

    @Override
    public long cr0() {
        return control.cr0;
    }

    @Override
    public long cr2() {
        return cr2;
    }

    /** MOV to CR2. */
    public void setCr2(final long value) {
        cr2 = value;
    }

    @Override
    public long cr3() {
        return control.cr3;
    }

    @Override
    public long cr4() {
        return control.cr4;
    }

    @Override
    public long efer() {
        return control.efer;
    }

    @Override
    public long rflags() {
        return flags.rflags();
    }

    @Override
    public int cpl() {
        return cpl;
    }

    @Override
    public long rip() {
        return is64 ? rip : linearBase[Seg.CS] + rip & SegmentRegisters.FLAT_LIMIT;
    }

    @Override
    public long gpr(final int register) {
        return gpr[register];
    }

    @Override
    public long segmentBase(final int segment) {
        return linearBase[segment];
    }

    @Override
    public long argument(final int index) {
        return gpr[ARGUMENTS[index]];
    }

    @Override
    public Counters counters() {
        return counters;
    }

    @Override
    public long walkLoad(final long physical) {
        return memory.walkLoad(physical);
    }

    @Override
    public boolean walkUpdate(final long physical, final long expected, final long replacement) {
        return memory.walkUpdate(physical, expected, replacement);
    }

    @Override
    public long peekLinear(final long linear, final int size) {
        final int inPage = PageSize.BYTES_4K - ((int) linear & PageSize.BYTES_4K - 1);
        if (size > inPage) {
            return peekLinear(linear, inPage) | peekLinear(linear + inPage,
                size - inPage) << Byte.SIZE * inPage;
        }
        final long physical = paging ? mmu.peekTranslate(linear, control.cr3)
            : linear & SegmentRegisters.FLAT_LIMIT;
        return physical < 0 ? 0 : stores.overlay(physical, size, parts.memory().peek(physical, size));
    }

    @Override
    public int pendingStores() {
        return stores.count();
    }

    @Override
    public long pendingStoreAddress(final int index) {
        return stores.physical(index);
    }

    @Override
    public int pendingStoreSize(final int index) {
        return stores.size(index);
    }

    @Override
    public long pendingStoreValue(final int index) {
        return stores.value(index);
    }

    @Override
    public boolean isRunning() {
        return activity == Activity.RUNNING || activity == Activity.PAUSED;
    }

    /** #PF at {@code linear}, to be thrown. */
    GuestFault pageFault(final long linear, final int errorCode) {
        cr2 = linear;
        return fault(Vector.PF, errorCode);
    }

    @Override
    public void transfer(final StateStream state) {
        CoreState.transfer(this, state);
    }
}
