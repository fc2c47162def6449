/*
 * A PVH ELF64 kernel: finds its processors in the MADT through hvm_start_info, starts each by its own INIT and
 * start-up interrupt, and gives every one of them a periodic xAPIC timer.
 */
#include <stddef.h>
#include <stdint.h>

asm(".section .note.xen,\"a\"\n"
    "    .long 4, 8, 18\n"
    "    .asciz \"Xen\"\n"
    "    .quad entry32\n"
    ".section .text\n"
    ".code32\n"
    ".globl _start\n"
    "_start:\n"
    "entry32:\n"
    "    mov $boot_stack_top, %esp\n"
    "    push %ebx\n"
    "    call enter_long\n"
    "    pop %edi\n"
    "    ljmp $0x18, $1f\n"
    ".code64\n"
    "1:  mov %edi, %edi\n"
    "    call main\n"
    "    ud2\n"
    ".code32\n"
    "enter_long:\n"
    "    lgdt gdt_pointer\n"
    "    mov $0x10, %eax\n"
    "    mov %eax, %ds\n"
    "    mov %eax, %es\n"
    "    mov %eax, %ss\n"
    "    mov $top_table, %eax\n"
    "    mov %eax, %cr3\n"
    "    mov %cr4, %eax\n"
    "    bts $5, %eax\n"
    "    mov %eax, %cr4\n"
    "    mov $0xC0000080, %ecx\n"
    "    xor %edx, %edx\n"
    "    mov $0x100, %eax\n"
    "    wrmsr\n"
    "    mov %cr0, %eax\n"
    "    bts $31, %eax\n"
    "    mov %eax, %cr0\n"
    "    ret\n"
    ".code16\n"
    ".globl wakeup, wakeup_end\n"
    "wakeup:\n"
    "    cli\n"
    "    mov %cs, %ax\n"
    "    mov %ax, %ds\n"
    "    lgdtl wakeup_gdt - wakeup\n"
    "    mov $0x11, %eax\n"
    "    mov %eax, %cr0\n"
    "    ljmpl $8, $ap32\n"
    "wakeup_gdt:\n"
    "    .word 31\n"
    "    .long gdt\n"
    "wakeup_end:\n"
    ".code32\n"
    "ap32:\n"
    "    mov $0x10, %eax\n"
    "    mov %eax, %ds\n"
    "    mov %eax, %ss\n"
    "    mov ap_stack, %esp\n"
    "    call enter_long\n"
    "    ljmp $0x18, $2f\n"
    ".code64\n"
    "2:  call ap_main\n"
    "    ud2\n"
    ".data\n"
    ".balign 16\n"
    ".globl gdt\n"
    "gdt: .quad 0, 0xCF9B000000FFFF, 0xCF93000000FFFF, 0xAF9B000000FFFF\n"
    "gdt_pointer: .word 31\n"
    "    .long gdt\n"
    ".balign 4096\n"
    "top_table: .quad middle_table + 3\n"
    "    .skip 4088\n"
    "middle_table: .quad tables + 3, tables + 0x1003, tables + 0x2003, tables + 0x3003\n"
    "    .skip 4064\n"
    "tables:\n"
    "    .set page, 0\n"
    "    .rept 2048\n"
    "    .quad page + 0x83\n"
    "    .set page, page + 0x200000\n"
    "    .endr\n"
    ".bss\n"
    ".balign 16\n"
    "    .skip 8192\n"
    "boot_stack_top:\n"
    ".text\n");

extern char wakeup[], wakeup_end[];
uint32_t ap_stack;
static uint8_t stacks[64][4096] __attribute__((aligned(16)));

struct start_info {
    uint32_t magic, version, flags, modules;
    uint64_t module_list, command_line, rsdp, map;
    uint32_t map_entries, reserved;
};

static void out(uint16_t port, uint8_t v) { __asm__ volatile("outb %0, %1" : : "a"(v), "Nd"(port)); }
static uint8_t in(uint16_t port) { uint8_t v; __asm__ volatile("inb %1, %0" : "=a"(v) : "Nd"(port)); return v; }
static uint32_t in32(uint16_t port) { uint32_t v; __asm__ volatile("inl %1, %0" : "=a"(v) : "Nd"(port)); return v; }

static void say(const char *text)
{
    while (*text) {
        while (!(in(0x3FD) & 0x20)) { }
        out(0x3F8, (uint8_t)*text++);
    }
}

static void number(uint64_t n)
{
    if (n >= 10)
        number(n / 10);
    char digit[2] = {(char)('0' + n % 10), 0};
    say(digit);
}

static volatile uint32_t *const apic = (volatile uint32_t *)0xFEE00000;
static uint32_t apic_read(int r) { return apic[r / 4]; }
static void apic_write(int r, uint32_t v) { apic[r / 4] = v; }

static struct { uint64_t low, high; } idt[256];
static void vector(int n, void (*f)(void))
{
    uint64_t a = (uint64_t)f;
    idt[n].low = (a & 0xFFFF) | 0x18ull << 16 | 0x8E00ull << 32 | (a >> 16 & 0xFFFF) << 48;
    idt[n].high = a >> 32;
}

static void use_idt(void)
{
    struct __attribute__((packed)) { uint16_t limit; uint64_t base; } pointer = {sizeof idt - 1, (uint64_t)idt};
    __asm__ volatile("lidt %0" : : "m"(pointer));
}

static volatile uint32_t ticks[256];
static volatile uint64_t arrived, finished;

__attribute__((used)) static void on_timer(void)
{
    ticks[apic_read(0x20) >> 24]++;
    apic_write(0xB0, 0);
}
void timer_entry(void);
void spurious_entry(void);
asm("timer_entry:\n"
    "    push %rax; push %rcx; push %rdx; push %rsi; push %rdi; push %r8; push %r9; push %r10; push %r11\n"
    "    cld\n"
    "    call on_timer\n"
    "    pop %r11; pop %r10; pop %r9; pop %r8; pop %rdi; pop %rsi; pop %rdx; pop %rcx; pop %rax\n"
    "spurious_entry:\n"
    "    iretq\n");

/* A ticket lock guards a plain counter. */
static struct { volatile uint32_t next, serving; } lock;
static volatile uint64_t guarded;
static void guarded_increment(void)
{
    uint32_t mine = __atomic_fetch_add(&lock.next, 1, __ATOMIC_RELAXED);
    while (__atomic_load_n(&lock.serving, __ATOMIC_ACQUIRE) != mine)
        __builtin_ia32_pause();
    guarded++;
    __atomic_store_n(&lock.serving, mine + 1, __ATOMIC_RELEASE);
}

static void work(void)
{
    use_idt();
    apic_write(0xF0, 0x1EF);
    uint32_t me = apic_read(0x20) >> 24;
    apic_write(0x3E0, 3);
    apic_write(0x320, 0x20000 | 0x50);
    apic_write(0x380, 100000);
    while (ticks[me] < 3)
        __asm__ volatile("sti; hlt; cli");
    apic_write(0x320, 0x10000);
    for (int i = 0; i < 50; i++)
        guarded_increment();
}

void ap_main(void)
{
    __atomic_fetch_add(&arrived, 1, __ATOMIC_SEQ_CST);
    work();
    __atomic_fetch_add(&finished, 1, __ATOMIC_SEQ_CST);
    for (;;)
        __asm__ volatile("cli; hlt");
}

static uint16_t timer_port;

/* 3.579545 MHz, 24 or 32 bits wide. */
static void delay(uint32_t microseconds)
{
    uint32_t start = in32(timer_port);
    while (((in32(timer_port) - start) & 0xFFFFFF) < microseconds * 358ull / 100)
        __builtin_ia32_pause();
}

static int same(const char *a, const char *b, int n)
{
    while (n && *a == *b) {
        a++;
        b++;
        n--;
    }
    return !n;
}

static uint8_t *find_table(uint64_t rsdp, const char *name)
{
    uint8_t *root = (uint8_t *)(uint64_t)*(uint32_t *)(rsdp + 16);
    uint32_t bytes = *(uint32_t *)(root + 4);
    for (uint32_t at = 36; at < bytes; at += 4) {
        uint8_t *table = (uint8_t *)(uint64_t)*(uint32_t *)(root + at);
        if (same((char *)table, name, 4))
            return table;
    }
    say("no table\n");
    return NULL;
}

static void start(uint8_t id, int number)
{
    ap_stack = (uint32_t)(uint64_t)stacks[number] + sizeof stacks[0];
    uint64_t before = arrived;
    apic_write(0x310, (uint32_t)id << 24);
    apic_write(0x300, 0x4500);
    while (apic_read(0x300) & 0x1000) { }
    delay(200);
    apic_write(0x310, (uint32_t)id << 24);
    apic_write(0x300, 0x4670);
    for (int i = 0; i < 20000 && arrived == before; i++)
        delay(100);
    if (arrived == before)
        say("a processor did not come\n");
}

void main(struct start_info *info)
{
    out(0x21, 0xFF);
    out(0xA1, 0xFF);
    say("pvh kernel\n");
    say(info->magic == 0x336EC578 && info->version >= 1 ? "start info\n" : "bad start info\n");
    say("command line: ");
    say((char *)info->command_line);
    uint64_t ram = 0;
    for (uint32_t i = 0; i < info->map_entries; i++) {
        uint64_t *entry = (uint64_t *)(info->map + 24 * i);
        if ((uint32_t)entry[2] == 1)
            ram += entry[1];
    }
    say(ram > 100 << 20 && ram <= 128 << 20 ? "\nmemory map\n" : "\nbad memory map\n");
    say(info->rsdp && same((char *)info->rsdp, "RSD PTR ", 8) ? "root pointer\n" : "bad root pointer\n");
    uint8_t *fadt = find_table(info->rsdp, "FACP");
    timer_port = (uint16_t)*(uint32_t *)(fadt + 76);
    volatile uint8_t *low = (volatile uint8_t *)0x70000;
    for (char *c = wakeup; c < wakeup_end; c++)
        *low++ = (uint8_t)*c;
    vector(0x50, timer_entry);
    vector(0xEF, spurious_entry);
    uint8_t *madt = find_table(info->rsdp, "APIC");
    uint32_t me = apic_read(0x20) >> 24, count = 0;
    for (uint32_t at = 44; at < *(uint32_t *)(madt + 4); at += madt[at + 1]) {
        if (madt[at] == 0 && madt[at + 4] & 1) {
            if (madt[at + 3] != me)
                start(madt[at + 3], (int)count);
            count++;
        }
    }
    work();
    while (finished < count - 1)
        __builtin_ia32_pause();
    say("processors ");
    number(count);
    say("\nguarded ");
    number(guarded);
    uint32_t least = 1000;
    for (uint32_t at = 44; at < *(uint32_t *)(madt + 4); at += madt[at + 1])
        if (madt[at] == 0 && madt[at + 4] & 1 && ticks[madt[at + 3]] < least)
            least = ticks[madt[at + 3]];
    say(least >= 3 ? "\nevery timer ticked\n" : "\na timer did not tick\n");
    out(0xF4, 0x2A);
}
