/*
 * In the style of unit tests for processors: a Multiboot ELF32 file with 64-bit code that reports one claim a line,
 * asks the firmware-configuration ports for the number of processors, starts them by broadcast at vector 0, and tries
 * registers, leaves and ports that a careful kernel tries.
 */
#include <stdbool.h>
#include <stdint.h>

asm(".section .multiboot,\"a\"\n"
    "    .balign 4\n"
    "    .long 0x1BADB002, 0, -0x1BADB002\n"
    ".text\n"
    ".code32\n"
    ".globl _start\n"
    "_start:\n"
    "    mov %ebx, information\n"
    "    lgdt table_pointer\n"
    "    mov $1, %ebp\n"
    "    lock xadd %ebp, next_cpu\n"
    "common:\n"
    "    mov $16, %ax\n"
    "    mov %ax, %ss\n"
    "    mov %ax, %ds\n"
    "    mov %ax, %es\n"
    "    mov %cr4, %eax\n"
    "    or $0x20, %eax\n"
    "    mov %eax, %cr4\n"
    "    mov $root, %eax\n"
    "    mov %eax, %cr3\n"
    "    mov $0xC0000080, %ecx\n"
    "    rdmsr\n"
    "    or $0x100, %eax\n"
    "    wrmsr\n"
    "    mov %cr0, %eax\n"
    "    and $0x9FFFFFFF, %eax\n"
    "    or $0x80000000, %eax\n"
    "    mov %eax, %cr0\n"
    "    ljmpl $8, $wide\n"
    ".code64\n"
    "wide:\n"
    "    mov %ebp, %edi\n"
    "    mov %ebp, %eax\n"
    "    inc %eax\n"
    "    shl $12, %rax\n"
    "    lea stacks(%rax), %rsp\n"
    "    test %edi, %edi\n"
    "    jnz 1f\n"
    "    call main\n"
    "1:  call other\n"
    ".code16\n"
    "sipi: cli\n"
    "    mov $0x11, %eax\n"
    "    lgdtl %cs:sipi_table - sipi\n"
    "    mov %eax, %cr0\n"
    "    ljmpl $24, $narrow\n"
    "sipi_table: .word 31\n"
    "    .long descriptors\n"
    "sipi_end:\n"
    ".code32\n"
    "narrow:\n"
    "    mov $16, %ax\n"
    "    mov %ax, %ds\n"
    "    mov $1, %ebp\n"
    "    lock xadd %ebp, next_cpu\n"
    "    jmp common\n"
    ".data\n"
    ".balign 8\n"
    "descriptors: .quad 0, 0x00AF9B000000FFFF, 0x00CF93000000FFFF, 0x00CF9B000000FFFF\n"
    "table_pointer: .word 31\n"
    "    .long descriptors\n"
    "    .long 0\n"
    "next_cpu: .long 0\n"
    "information: .long 0\n"
    ".balign 4096\n"
    "root: .quad upper + 7\n"
    "    .skip 4088\n"
    "upper: .quad lower + 7, lower + 0x1007, lower + 0x2007, lower + 0x3007\n"
    "    .skip 4064\n"
    "lower:\n"
    "    .set at, 0\n"
    "    .rept 2048\n"
    "    .quad at + 0xE7\n"
    "    .set at, at + 0x200000\n"
    "    .endr\n"
    ".bss\n"
    ".balign 16\n"
    ".globl stacks\n"
    "stacks: .skip 256 * 4096\n"
    ".code64\n"
    ".text\n");

extern uint32_t information;
extern char sipi[], sipi_end[];

static inline void outb(uint8_t v, uint16_t port) { asm volatile("outb %0, %1" :: "a"(v), "d"(port)); }
static inline void outw(uint16_t v, uint16_t port) { asm volatile("outw %0, %1" :: "a"(v), "d"(port)); }
static inline void outl(uint32_t v, uint16_t port) { asm volatile("outl %0, %1" :: "a"(v), "d"(port)); }
static inline uint8_t inb(uint16_t port) { uint8_t v; asm volatile("inb %1, %0" : "=a"(v) : "d"(port)); return v; }
static inline uint32_t inl(uint16_t port) { uint32_t v; asm volatile("inl %1, %0" : "=a"(v) : "d"(port)); return v; }

static int failures;
static void print(const char *s)
{
    while (*s)
        outb(*s++, 0x3F8);
}

static void print_number(uint64_t n)
{
    if (n > 9)
        print_number(n / 10);
    outb('0' + n % 10, 0x3F8);
}

static void report(bool pass, const char *claim)
{
    failures += !pass;
    print(pass ? "PASS: " : "FAIL: ");
    print(claim);
    print("\n");
}

/* A claim that the manual makes and that not every emulator keeps: it says so, and does not fail the run. */
static void manual(bool pass, const char *claim)
{
    print("by the manual, ");
    report(pass, claim);
    failures -= !pass;
}

/* ---- instructions that may fault ---- */
static struct { uint16_t low, selector; uint16_t type, middle; uint32_t high, zero; } gates[32];
static volatile uint64_t faulted;
asm("general_protection:\n"
    "    add $8, %rsp\n"
    "    movq $1, faulted\n"
    "    addq $2, (%rsp)\n"
    "    iretq\n");
extern char general_protection[];

static void catch_faults(void)
{
    uint64_t a = (uint64_t)general_protection;
    gates[13].low = a;
    gates[13].middle = a >> 16;
    gates[13].high = a >> 32;
    gates[13].selector = 8;
    gates[13].type = 0x8E00;
    struct { uint16_t limit; uint64_t base; } __attribute__((packed)) pointer = {sizeof gates - 1, (uint64_t)gates};
    asm volatile("lidt %0" :: "m"(pointer));
}

/* RDMSR and WRMSR are two bytes long, which the handler skips. */
static bool read_msr(uint32_t msr, uint64_t *value)
{
    uint32_t low = 0, high = 0;
    faulted = 0;
    asm volatile("rdmsr" : "+a"(low), "+d"(high) : "c"(msr) : "memory");
    *value = (uint64_t)high << 32 | low;
    return !faulted;
}

static bool write_msr(uint32_t msr, uint64_t value)
{
    faulted = 0;
    asm volatile("wrmsr" :: "a"((uint32_t)value), "d"((uint32_t)(value >> 32)), "c"(msr) : "memory");
    return !faulted;
}

static void msrs(void)
{
    static const uint32_t kept[] = {0x174, 0x175, 0x176, 0xC0000081, 0xC0000082, 0xC0000083, 0xC0000084, 0xC0000100,
                                    0xC0000101, 0xC0000102};
    uint64_t v, old;
    bool good = true;
    for (unsigned i = 0; i < sizeof kept / 4; i++) {
        good &= read_msr(kept[i], &old) && write_msr(kept[i], 0x1234) && read_msr(kept[i], &v) && v == 0x1234;
        write_msr(kept[i], old);
    }
    report(good, "SYSENTER, SYSCALL and base registers keep what is written");
    manual(!write_msr(0xC0000100, 1ull << 63), "a base that is not canonical faults");
    report(read_msr(0x1B, &v) && (v & 0xFFFFF900) == 0xFEE00900, "APIC base: enabled, bootstrap processor");
    report(read_msr(0x277, &v) && v == 0x0007040600070406ull, "PAT after reset");
    manual(!write_msr(0x277, 2), "PAT refuses a reserved memory type");
    report(read_msr(0x1A0, &v), "MISC_ENABLE can be read");
    report(read_msr(0xC0000080, &v) && (v & 0xD00) == 0x500, "EFER: long mode, no NX yet");
    report(read_msr(0xFE, &v), "MTRRCAP can be read");
    int variable = v & 0xFF;
    good = !variable || read_msr(0x200 + 2 * (variable - 1), &v);
    report(good, "as many MTRRs as MTRRCAP says");
    uint32_t eax = 1, ebx, ecx, edx;
    asm volatile("cpuid" : "+a"(eax), "=b"(ebx), "=c"(ecx), "=d"(edx));
    report(!(edx >> 12 & 1) || read_msr(0x2FF, &v), "MTRR default type if CPUID has MTRRs");
    manual(!read_msr(0x12345678, &v), "an MSR that nobody has faults");
    manual(read_msr(0x10, &old) && read_msr(0x10, &v) && v > old, "time-stamp counter by RDMSR");
}

static void cpuid(uint32_t leaf, uint32_t r[4])
{
    asm volatile("cpuid" : "=a"(r[0]), "=b"(r[1]), "=c"(r[2]), "=d"(r[3]) : "a"(leaf), "c"(0));
}

static void leaves(void)
{
    uint32_t r[4];
    cpuid(0x80000000, r);
    report(r[0] >= 0x80000008, "extended leaves up to 0x80000008");
    cpuid(0x80000008, r);
    report((r[0] & 0xFF) >= 36 && (r[0] >> 8 & 0xFF) == 48, "address widths");
    cpuid(1, r);
    report(r[2] >> 31, "hypervisor bit");
    report((r[3] & 0x2370) == 0x2370, "TSC, MSR, PAE, CX8, APIC, PGE");
    cpuid(0x40000000, r);
    report(r[0] == 0 || r[0] >= 0x40000000, "hypervisor leaf");
    cpuid(0xA, r);
    report((r[0] & 0xFF) == 0, "no performance counters");
    cpuid(0x80000001, r);
    report((r[3] & 0x20100800) == 0x20100800, "long mode, NX, SYSCALL");
}

/* ---- firmware configuration ---- */
static uint64_t config(uint16_t key, int bytes)
{
    uint64_t v = 0;
    outw(key, 0x510);
    for (int i = 0; i < bytes; i++)
        v |= (uint64_t)inb(0x511) << 8 * i;
    return v;
}

static uint8_t cmos(uint8_t index)
{
    outb(index | 0x80, 0x70);
    return inb(0x71);
}

static uint8_t *find(uint8_t *rsdp, const char *name)
{
    uint8_t *root = (uint8_t *)(uint64_t)*(uint32_t *)(rsdp + 16);
    for (uint32_t at = 36; at < *(uint32_t *)(root + 4); at += 4) {
        uint8_t *table = (uint8_t *)(uint64_t)*(uint32_t *)(root + at);
        if (*(uint32_t *)table == *(const uint32_t *)name) {
            uint8_t sum = 0;
            for (uint32_t i = 0; i < *(uint32_t *)(table + 4); i++)
                sum += table[i];
            return sum ? 0 : table;
        }
    }
    return 0;
}

static uint8_t *root_pointer(void)
{
    for (uint8_t *at = (uint8_t *)0xE0000; at < (uint8_t *)0x100000; at += 16)
        if (*(uint64_t *)at == 0x2052545020445352ull)
            return at;
    return 0;
}

static uint16_t pm_port;
static uint32_t pm_timer(void) { return inl(pm_port) & 0xFFFFFF; }

static void clocks(void)
{
    uint32_t start = pm_timer(), low, high;
    asm volatile("rdtsc" : "=a"(low), "=d"(high));
    uint64_t before = (uint64_t)high << 32 | low;
    outb(0x30, 0x43);
    outb(0xFF, 0x40);
    outb(0xFF, 0x40);
    while (((pm_timer() - start) & 0xFFFFFF) < 35795) { }
    outb(0, 0x43);
    uint32_t left = inb(0x40);
    left |= inb(0x40) << 8;
    asm volatile("rdtsc" : "=a"(low), "=d"(high));
    uint64_t mhz = (((uint64_t)high << 32 | low) - before) / 10000;
    report(mhz > 50 && mhz < 20000, "TSC calibrated by the PM timer");
    report(65535 - left > 9000, "PIT counted meanwhile");
}

/* ---- processors ---- */
#define APIC(r) (*(volatile uint32_t *)(0xFEE00000 + (r)))
static volatile uint32_t here;
static volatile uint8_t seen[256];

void other(void)
{
    seen[APIC(0x20) >> 24]++;
    __atomic_fetch_add(&here, 1, __ATOMIC_SEQ_CST);
    for (;;)
        asm volatile("cli; hlt");
}

static void processors(uint8_t *madt)
{
    uint32_t cpus = config(5, 2), listed = 0, matched = 0;
    char *target = 0;
    asm volatile("" : "+r"(target));
    for (int i = 0; i < sipi_end - sipi; i++)
        ((volatile char *)target)[i] = sipi[i];
    APIC(0xF0) = 0x1FF;
    APIC(0x300) = 0xC4500;
    APIC(0x300) = 0xC4600;
    uint32_t last = pm_timer(), rounds = 0;
    while (here < cpus - 1 && rounds < 10) {
        asm volatile("pause");
        uint32_t now = pm_timer();
        rounds += now < last;
        last = now;
    }
    seen[APIC(0x20) >> 24]++;
    report(config(15, 2) >= cpus, "no more processors than the most");
    report(here == cpus - 1, "one start-up interrupt for all is enough");
    for (uint32_t at = 44; at < *(uint32_t *)(madt + 4); at += madt[at + 1]) {
        if (madt[at] == 0 && madt[at + 4] & 1) {
            listed++;
            matched += seen[madt[at + 3]] == 1;
        }
    }
    report(listed == cpus && matched == cpus, "the MADT lists exactly those that came");
    print("processors ");
    print_number(here + 1);
    print("\n");
}

void main(void)
{
    print("unit tests\n");
    catch_faults();
    msrs();
    leaves();
    report(config(0, 4) == 0x554D4551, "firmware configuration: signature");
    report(config(1, 4) & 1, "firmware configuration: interface");
    report(config(3, 8) == 128 << 20, "firmware configuration: RAM");
    report(config(0x7FFF, 4) == 0, "firmware configuration: nothing under an unknown key");
    report(cmos(0x15) + cmos(0x16) * 256 == 640 && cmos(0x34) + cmos(0x35) * 256 == 112 * 16, "CMOS: memory");
    report(cmos(0x32) == 0x20 && (cmos(0x0D) & 0x80) && (cmos(0x0B) & 2), "CMOS: century, valid, 24 hours");
    uint8_t *rsdp = root_pointer();
    report(rsdp, "ACPI root pointer by scanning");
    uint8_t *fadt = find(rsdp, "FACP"), *madt = find(rsdp, "APIC");
    report(fadt && madt, "FADT and MADT with good sums");
    report(!find(rsdp, "HPET"), "no HPET");
    pm_port = *(uint32_t *)(fadt + 76);
    report(*(uint32_t *)(madt + 36) == 0xFEE00000, "local APICs where they always are");
    clocks();
    processors(madt);
    outl(0x80000000, 0xCF8);
    inl(0xCFC);
    outb(0x55, 0x3FF);
    report(inb(0x3FF) == 0x55, "UART scratch register");
    outb(0, 0x80);
    print(failures ? "failed\n" : "all passed\n");
    outb(failures, 0xF4);
}
