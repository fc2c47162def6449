/*
 * A plain ELF64 kernel: C from the first instruction, in long mode, with hvm_start_info in RSI. It leaves the page
 * tables and segments as it finds them.
 */
typedef unsigned long u64;

asm(".text\n"
    ".globl _start\n"
    "_start:\n"
    "    lea stack_top(%rip), %rsp\n"
    "    pushfq\n"
    "    pop %rdi\n"
        "    call go\n"
    "1:  hlt\n"
    "    jmp 1b\n"
    ".bss\n"
    ".balign 16\n"
    "    .skip 8192\n"
    "stack_top:\n"
    ".text\n");

static void put(const char *s)
{
    for (; *s; s++)
        asm volatile("outb %0, %1" :: "a"(*s), "Nd"((short)0xE9));
}

static void verdict(int good, const char *what)
{
    put(good ? "ok   " : "FAIL ");
    put(what);
    put("\n");
}

void go(u64 flags, const unsigned *info)
{
    u64 cr0, cr4;
    unsigned low, high, cs;
    asm volatile("mov %%cr0, %0; mov %%cr4, %1; mov %%cs, %2" : "=r"(cr0), "=r"(cr4), "=r"(cs));
    asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(0xC0000080));
    put("raw kernel\n");
    verdict(!(flags & 0x200), "interrupts are off");
    verdict((cr0 & 0x80000001) == 0x80000001 && cr4 & 0x20 && low & 0x400, "paging, PAE and long mode are on");
    verdict(cs, "a code segment");
    verdict(info[0] == 0x336EC578 && info[1] == 1, "start information");
    put((const char *)*(u64 *)(info + 6));
    put("\n");
    const u64 *module = (const u64 *)*(u64 *)(info + 4);
    verdict(info[3] == 1 && module[1] == 13, "one module");
    put((const char *)module[0]);
    volatile unsigned *below = (unsigned *)0xBFFFFFF0, *apic = (unsigned *)0xFEE00030, *top = (unsigned *)0xFFFFFFF0;
    *below = 77;
    verdict(*below == 77, "RAM up to 3 GiB");
    verdict((*apic & 0xFF) >= 0x10, "local APIC at its address");
    verdict(*top == 0xFFFFFFFF, "all ones where nothing is");
    *top = 1;
    verdict(*top == 0xFFFFFFFF, "writes there are lost");
    unsigned char status = 0x33;
    asm volatile("outb %0, %1" :: "a"(status), "Nd"((short)0xF4));
}
