/*
 * A Multiboot ELF32 kernel that lives in the higher half and never leaves 32-bit paging: two levels with a 4 MiB
 * page, or with "pae" in its command line three levels. Its entry point is a linear address, as GRUB's users write.
 */
#define HIGH 0xC0000000u
typedef unsigned int u32;
typedef unsigned long long u64;

asm(".section .multiboot,\"ax\"\n"
    "    .balign 4\n"
    "    .long 0x1BADB002, 0, -0x1BADB002\n"
    ".globl _start\n"
    "_start:\n"
    "    mov $boot_stack_top - 0xC0000000, %esp\n"
    "    push %ebx\n"
    "    mov $early - 0xC0000000, %eax\n"
    "    call *%eax\n"
    "    mov $boot_stack_top, %esp\n"
    "    push %eax\n"
    "    mov $higher, %eax\n"
    "    jmp *%eax\n"
    ".text\n"
    "higher:\n"
    "    call kernel\n"
    "1:  hlt\n"
    "    jmp 1b\n"
    ".bss\n"
    ".balign 16\n"
    "    .skip 8192\n"
    ".globl boot_stack_top\n"
    "boot_stack_top:\n"
    ".text\n");

static u32 directory[1024] __attribute__((aligned(4096)));
static u32 table[1024] __attribute__((aligned(4096)));
static u64 pae_top[4] __attribute__((aligned(32)));
static u64 pae_directory[512] __attribute__((aligned(4096)));
static u64 pae_table[512] __attribute__((aligned(4096)));
static char frame_a[4096] __attribute__((aligned(4096)));
static char frame_b[4096] __attribute__((aligned(4096)));

static void out(unsigned short port, unsigned char v) { asm volatile("outb %0, %1" :: "a"(v), "Nd"(port)); }
static void print(const char *s) { while (*s) out(0x3F8, *s++); }
static void check(int good, const char *what)
{
    print(good ? "ok   " : "FAIL ");
    print(what);
    print("\n");
    if (!good)
        out(0xF4, 1);
}

/* Runs where it is loaded, with paging off. Linear addresses must be brought down by hand. */
#define LOW(symbol) ((__typeof__(&(symbol)[0]))((u32)(symbol) - HIGH))
__attribute__((used)) static u32 early(u32 *info)
{
    int pae = 0;
    for (const char *c = (const char *)info[4]; *c; c++)
        pae |= c[0] == 'p' && c[1] == 'a' && c[2] == 'e' && c[3] == 0;
    u32 cr4, cr3;
    asm volatile("mov %%cr4, %0" : "=r"(cr4));
    if (pae) {
        for (int i = 0; i < 4; i++)
            LOW(pae_top)[i] = (u32)LOW(pae_directory) | 1;
        for (int i = 0; i < 4; i++)
            LOW(pae_directory)[i] = (u64)i << 21 | 0x83;
        LOW(pae_directory)[8] = (u32)LOW(pae_table) | 3;
        cr3 = (u32)LOW(pae_top);
        cr4 |= 1 << 5;
    } else {
        LOW(directory)[0] = LOW(directory)[HIGH >> 22] = 0x83;
        LOW(directory)[(HIGH + 0x1000000) >> 22] = (u32)LOW(table) | 3;
        cr3 = (u32)LOW(directory);
        cr4 |= 1 << 4;
    }
    asm volatile("mov %0, %%cr4; mov %1, %%cr3; mov %%cr0, %%eax; or $0x80010000, %%eax; mov %%eax, %%cr0"
        :: "r"(cr4), "r"(cr3) : "eax", "memory");
    return pae;
}

static struct { unsigned short low, selector; unsigned char zero, type; unsigned short high; } idt[32];
static const u64 gdt[] = {0, 0x00CF9B000000FFFFull, 0x00CF93000000FFFFull};
static volatile u32 fault_code, fault_address, faults;

asm("fault_entry:\n"
    "    pusha\n"
    "    push 32(%esp)\n"
    "    call on_fault\n"
    "    add $4, %esp\n"
    "    popa\n"
    "    add $4, %esp\n"
    "    iret\n");
extern char fault_entry[];
static void set_entry(int pae, u32 index, u32 value)
{
    if (pae)
        pae_table[index] = value;
    else
        table[index] = value;
    asm volatile("invlpg (%0)" :: "r"(HIGH + 0x1000000 + index * 4096) : "memory");
}

static int is_pae;
__attribute__((used)) static void on_fault(u32 code)
{
    u32 cr2;
    asm volatile("mov %%cr2, %0" : "=r"(cr2));
    fault_code = code;
    fault_address = cr2;
    faults++;
    set_entry(is_pae, (cr2 >> 12) & (is_pae ? 511 : 1023), ((u32)frame_b - HIGH) | 3);
}

void kernel(int pae)
{
    is_pae = pae;
    print(pae ? "three levels\n" : "two levels\n");
    struct { unsigned short limit; u32 base; } __attribute__((packed)) pointer = {sizeof gdt - 1, (u32)gdt};
    asm volatile("lgdt %0; ljmp $8, $1f; 1: mov $16, %%eax; mov %%eax, %%ds; mov %%eax, %%es; mov %%eax, %%ss"
        :: "m"(pointer) : "eax");
    idt[14].low = (u32)fault_entry;
    idt[14].high = (u32)fault_entry >> 16;
    idt[14].selector = 8;
    idt[14].type = 0x8E;
    pointer.limit = sizeof idt - 1;
    pointer.base = (u32)idt;
    asm volatile("lidt %0" :: "m"(pointer));
    volatile char *window = (volatile char *)(HIGH + 0x1000000);
    frame_a[5] = 'a';
    frame_b[5] = 'b';
    set_entry(pae, 0, ((u32)frame_a - HIGH) | 3);
    check(window[5] == 'a', "a 4 KiB page");
    set_entry(pae, 0, ((u32)frame_b - HIGH) | 3);
    check(window[5] == 'b', "another frame after INVLPG");
    u32 entry = pae ? (u32)pae_table[0] : table[0];
    check((entry & 0x60) == 0x20, "accessed, not dirty");
    window[6] = 1;
    entry = pae ? (u32)pae_table[0] : table[0];
    check((entry & 0x60) == 0x60, "dirty after a write");
    check(window[4096 * 3 + 5] == 'b' && faults == 1 && fault_code == 0 && fault_address == HIGH + 0x1003005,
        "fault of a read, not present");
    set_entry(pae, 4, ((u32)frame_a - HIGH) | 1);
    window[4096 * 4 + 5] = 'c';
    check(faults == 2 && fault_code == 3 && frame_a[5] == 'a' && frame_b[5] == 'c', "fault of a write, read-only, CR0.WP");
    check(*(volatile u32 *)0x100000 == 0x1BADB002, "the large page maps the low megabytes, too");
    print("bye\n");
    out(0xF4, 0);
}
