/*
 * A hobby kernel in the style of tutorials: Multiboot ELF32, 32-bit C, no paging. PIC remapped and masked, PIT
 * through the I/O APIC, all other processors started by one broadcast through a trampoline at 0x8000.
 */
#include <stdint.h>

asm(".section .multiboot,\"a\"\n"
    "    .align 4\n"
    "    .long 0x1BADB002, 3, -(0x1BADB002 + 3)\n"
    ".text\n"
    ".globl _start\n"
    "_start:\n"
    "    mov $boot_stack + 16384, %esp\n"
    "    push %ebx\n"
    "    push %eax\n"
    "    call kmain\n"
    "1:  cli\n"
    "    hlt\n"
    "    jmp 1b\n");

char boot_stack[16384] __attribute__((aligned(16)));
char ap_stacks[256 * 2048] __attribute__((aligned(16)));

static inline void outb(uint16_t port, uint8_t value) { asm volatile("outb %0, %1" :: "a"(value), "Nd"(port)); }
static inline uint8_t inb(uint16_t port) { uint8_t v; asm volatile("inb %1, %0" : "=a"(v) : "Nd"(port)); return v; }
static inline void outl(uint16_t port, uint32_t value) { asm volatile("outl %0, %1" :: "a"(value), "Nd"(port)); }
static inline uint32_t inl(uint16_t port) { uint32_t v; asm volatile("inl %1, %0" : "=a"(v) : "Nd"(port)); return v; }
static void io_wait(void) { outb(0x80, 0); }

/* ---- consoles ---- */
static int serial_init(void)
{
    static const uint8_t setup[][2] = {{1, 0}, {3, 0x80}, {0, 3}, {1, 0}, {3, 3}, {2, 0xC7}, {4, 0x0B}, {4, 0x1E}};
    for (unsigned i = 0; i < sizeof setup / 2; i++)
        outb(0x3F8 + setup[i][0], setup[i][1]);
    outb(0x3F8, 0xAE);
    for (int i = 0; i < 1000 && !(inb(0x3FD) & 1); i++)
        io_wait();
    int good = inb(0x3F8) == 0xAE;
    outb(0x3FC, 0x0F);
    return good;
}

static void putc(char c)
{
    while (!(inb(0x3FD) & 0x20))
        ;
    outb(0x3F8, c);
}

static void puts(const char *s) { while (*s) putc(*s++); }

static void putn(unsigned n)
{
    char text[12], *at = text + 11;
    *at = 0;
    do {
        *--at = '0' + n % 10;
        n /= 10;
    } while (n);
    puts(at);
}

static void check(int good, const char *what)
{
    puts(good ? "ok   " : "FAIL ");
    puts(what);
    putc('\n');
    if (!good)
        outb(0xF4, 1);
}

/* ---- descriptor tables ---- */
static const uint64_t gdt[] = {0, 0x00CF9A000000FFFFull, 0x00CF92000000FFFFull};
static struct { uint16_t offset, selector; uint8_t zero, type; uint16_t high; } __attribute__((packed)) idt[256];
static struct { uint16_t limit; uint32_t base; } __attribute__((packed)) gdtr = {sizeof gdt - 1, (uint32_t)gdt},
    idtr = {sizeof idt - 1, (uint32_t)idt};

static void gate(int vector, void *handler)
{
    uint32_t at = (uint32_t)handler;
    idt[vector].offset = at;
    idt[vector].selector = 8;
    idt[vector].type = 0x8E;
    idt[vector].high = at >> 16;
}

static void load_tables(void)
{
    asm volatile("lgdt %0; lidt %1; ljmp $8, $1f; 1: mov $16, %%eax; mov %%eax, %%ds; mov %%eax, %%es;"
                 "mov %%eax, %%ss; mov %%eax, %%fs; mov %%eax, %%gs" :: "m"(gdtr), "m"(idtr) : "eax");
}

/* ---- interrupts ---- */
#define APIC(r) (*(volatile uint32_t *)(0xFEE00000u + (r)))
#define IOAPIC(r) (*(volatile uint32_t *)(0xFEC00000u + (r)))
struct frame;
static volatile unsigned ticks, traps, ipis, timer_shots;

__attribute__((interrupt)) static void on_tick(struct frame *f) { (void)f; ticks++; APIC(0xB0) = 0; }
__attribute__((interrupt)) static void on_breakpoint(struct frame *f) { (void)f; traps++; }
__attribute__((interrupt)) static void on_shot(struct frame *f) { (void)f; timer_shots++; APIC(0xB0) = 0; }
__attribute__((interrupt)) static void on_ipi(struct frame *f)
{
    (void)f;
    __atomic_fetch_add(&ipis, 1, __ATOMIC_SEQ_CST);
    APIC(0xB0) = 0;
}
__attribute__((interrupt)) static void on_spurious(struct frame *f) { (void)f; }

static void pic_remap(void)
{
    static const uint8_t words[][2] = {{0x20, 0x11}, {0xA0, 0x11}, {0x21, 0x20}, {0xA1, 0x28}, {0x21, 4},
                                       {0xA1, 2}, {0x21, 1}, {0xA1, 1}, {0x21, 0xFB}, {0xA1, 0xFF}};
    for (unsigned i = 0; i < sizeof words / 2; i++) {
        outb(words[i][0], words[i][1]);
        io_wait();
    }
    check(inb(0x21) == 0xFB && inb(0xA1) == 0xFF, "PIC takes its masks");
    outb(0x21, 0xFF);
}

/* Waits by channel 2 of the PIT, gated through port 0x61. */
static void pit_wait(unsigned microseconds)
{
    unsigned count = microseconds * 1193 / 1000;
    outb(0x61, (inb(0x61) & ~2) | 1);
    outb(0x43, 0xB0);
    outb(0x42, count);
    outb(0x42, count >> 8);
    outb(0x61, inb(0x61) & ~1);
    outb(0x61, inb(0x61) | 1);
    while (!(inb(0x61) & 0x20))
        ;
}

static void ioapic_write(int index, uint32_t value) { IOAPIC(0) = index; IOAPIC(0x10) = value; }

static void timer_interrupts(void)
{
    gate(0x20, on_tick);
    ioapic_write(0x10 + 2 * 2 + 1, APIC(0x20) & 0xFF000000);
    ioapic_write(0x10 + 2 * 2, 0x20);
    outb(0x43, 0x34);
    outb(0x40, 1193 & 255);
    outb(0x40, 1193 >> 8);
    while (ticks < 5)
        asm volatile("sti; hlt; cli");
    ioapic_write(0x10 + 2 * 2, 0x10000);
    check(ticks >= 5, "PIT interrupts through the I/O APIC");
}

static void calibrate(void)
{
    APIC(0x3E0) = 0xB;
    APIC(0x320) = 0x10000;
    APIC(0x380) = 0xFFFFFFFF;
    pit_wait(10000);
    unsigned counted = 0xFFFFFFFF - APIC(0x390);
    check(counted > 10000 && counted < 4000000000u, "APIC timer calibrated by the PIT");
    gate(0x30, on_shot);
    APIC(0x320) = 0x30;
    APIC(0x380) = counted / 10;
    while (!timer_shots)
        asm volatile("sti; hlt; cli");
    check(timer_shots == 1, "APIC timer one-shot");
}

/* ---- other processors ---- */
asm(".code16\n"
    "trampoline:\n"
    "    cli\n"
    "    xor %ax, %ax\n"
    "    mov %ax, %ds\n"
    "    lgdtl 0x8000 + (tramp_gdtr - trampoline)\n"
    "    mov %cr0, %eax\n"
    "    or $1, %al\n"
    "    mov %eax, %cr0\n"
    "    ljmpl $8, $ap_entry\n"
    "    .align 4\n"
    "tramp_gdtr: .word 23\n"
    "    .long gdt\n"
    "trampoline_end:\n"
    ".code32\n"
    "ap_entry:\n"
    "    mov $16, %eax\n"
    "    mov %eax, %ds\n"
    "    mov %eax, %es\n"
    "    mov %eax, %ss\n"
    "    mov $1, %eax\n"
    "    lock xadd %eax, ap_next\n"
    "    inc %eax\n"
    "    shl $11, %eax\n"
    "    lea ap_stacks(%eax), %esp\n"
    "    call ap_main\n");
extern char trampoline[], trampoline_end[];
volatile unsigned ap_next;
static volatile unsigned online, go, done, shared, racing;

void ap_main(void)
{
    asm volatile("lidt %0" :: "m"(idtr));
    APIC(0xF0) = 0x1FF;
    __atomic_fetch_add(&online, 1, __ATOMIC_SEQ_CST);
    while (!go)
        asm volatile("pause");
    for (int i = 0; i < 500; i++) {
        asm volatile("lock incl %0" : "+m"(shared));
        racing++;
    }
    __atomic_fetch_add(&done, 1, __ATOMIC_SEQ_CST);
    for (;;)
        asm volatile("sti; hlt");
}

static void start_others(unsigned cpus)
{
    for (int i = 0; i < trampoline_end - trampoline; i++)
        ((volatile char *)0x8000)[i] = trampoline[i];
    APIC(0x310) = 0;
    APIC(0x300) = 0xC4500;
    pit_wait(10000);
    APIC(0x300) = 0xC4608;
    pit_wait(200);
    APIC(0x300) = 0xC4608;
    for (int i = 0; i < 30000 && online < cpus - 1; i++)
        pit_wait(100);
    puts("online ");
    putn(online + 1);
    putc('\n');
    check(online == cpus - 1, "every processor came");
    go = 1;
    while (done < cpus - 1)
        asm volatile("pause");
    check(shared == 500 * (cpus - 1), "locked increments are not lost");
    gate(0x40, on_ipi);
    APIC(0x300) = 0xC4040;
    for (int i = 0; i < 30000 && ipis < cpus - 1; i++)
        pit_wait(100);
    check(ipis == cpus - 1, "broadcast interrupt reached everybody else");
}

/* ---- what the boot loader says ---- */
struct info {
    uint32_t flags, lower, upper, device, line, modules, list, symbols[4], map_bytes, map, drives[2], config, loader;
};

static unsigned number_after(const char *s, const char *key)
{
    for (; *s; s++) {
        int i = 0;
        while (key[i] && s[i] == key[i])
            i++;
        if (!key[i]) {
            unsigned n = 0;
            for (s += i; *s >= '0' && *s <= '9'; s++)
                n = n * 10 + *s - '0';
            return n;
        }
    }
    return 1;
}

static const char *arguments(const char *s)
{
    while (*s && *s != ' ')
        s++;
    return *s ? s + 1 : s;
}

static void describe(struct info *info)
{
    check((info->flags & 0x24D) == 0x24D, "Multiboot gives memory, command line, modules, map, its name");
    check(info->lower >= 600 && info->lower <= 640 && info->upper > 60000, "sizes of memory");
    puts("arguments: ");
    puts(arguments((char *)info->line));
    puts("\nmodules ");
    putn(info->modules);
    putc('\n');
    for (unsigned i = 0; i < info->modules; i++) {
        uint32_t *module = (uint32_t *)info->list + 4 * i;
        check(!(module[0] & 4095), "module at a page boundary");
        putn(module[1] - module[0]);
        puts(" bytes, ");
        puts(arguments((char *)module[2]));
        puts(": ");
        for (char *c = (char *)module[0]; c < (char *)module[1]; c++)
            putc(*c);
    }
    int found = 0;
    for (uint32_t at = info->map; at < info->map + info->map_bytes; at += *(uint32_t *)at + 4) {
        uint32_t *e = (uint32_t *)at;
        found |= e[5] == 1 && e[1] <= 0x100000 && e[1] + e[3] > 0x2000000 && !e[2];
    }
    check(found, "memory map has RAM from 1 MiB on");
}

void kmain(uint32_t magic, struct info *info)
{
    int serial = serial_init();
    puts("hobby kernel\n");
    check(serial, "UART loopback");
    check(magic == 0x2BADB002, "Multiboot magic");
    describe(info);
    volatile uint16_t *screen = (uint16_t *)0xB8000;
    screen[0] = 0x0748;
    check(screen[0] == 0x0748, "text screen keeps what is written");
    outl(0xCF8, 0x80000000);
    inl(0xCFC);
    inb(0x64);
    load_tables();
    gate(3, on_breakpoint);
    gate(0xFF, on_spurious);
    asm volatile("int3");
    check(traps == 1, "breakpoint trap");
    pic_remap();
    APIC(0xF0) = 0x1FF;
    timer_interrupts();
    calibrate();
    start_others(number_after((char *)info->line, "cpus="));
    if (inb(0xE9) == 0xE9)
        for (const char *s = "debug console\n"; *s; s++)
            outb(0xE9, *s);
    puts("bye\n");
    outb(0xF4, 0x10);
}
