/*
 * A Multiboot ELF32 file whose code is 64-bit, as several operating-system courses build it: the boot stub makes
 * long mode with 2 MiB pages by itself, then C runs a program in ring 3 that talks by SYSCALL.
 */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

asm(".section .multiboot,\"a\"\n"
    ".balign 8\n"
    "header: .long 0x1BADB002, 0x3, -0x1BADB005\n"
    ".text\n"
    ".code32\n"
    ".globl _start\n"
    "_start:\n"
    "    cld\n"
    "    cli\n"
    "    movl $stack_end, %esp\n"
    "    movl %eax, %ebp\n"
    "    pushl $0\n"
    "    popfl\n"
    "    movl $0x80000000, %eax\n"
    "    cpuid\n"
    "    cmpl $0x80000001, %eax\n"
    "    jb no_long_mode\n"
    "    movl $0x80000001, %eax\n"
    "    cpuid\n"
    "    btl $29, %edx\n"
    "    jnc no_long_mode\n"
    "    movl $pml4, %edi\n"
    "    movl $pdpt + 7, (%edi)\n"
    "    movl $directory + 7, pdpt\n"
    "    movl $directory, %edi\n"
    "    movl $0x87, %eax\n"
    "    movl $16, %ecx\n"
    "1:  movl %eax, (%edi)\n"
    "    addl $0x200000, %eax\n"
    "    addl $8, %edi\n"
    "    loop 1b\n"
    "    movl $pml4, %eax\n"
    "    movl %eax, %cr3\n"
    "    movl %cr4, %eax\n"
    "    orl $0xA0, %eax\n"
    "    movl %eax, %cr4\n"
    "    movl $0xC0000080, %ecx\n"
    "    rdmsr\n"
    "    orl $0x901, %eax\n"
    "    wrmsr\n"
    "    movl %cr0, %eax\n"
    "    orl $0x80010000, %eax\n"
    "    movl %eax, %cr0\n"
    "    lgdt descriptor\n"
    "    ljmp $0x08, $inside\n"
    "no_long_mode:\n"
    "    movb $'!', %al\n"
    "    movw $0x3F8, %dx\n"
    "    outb %al, %dx\n"
    "2:  hlt\n"
    "    jmp 2b\n"
    ".code64\n"
    "inside:\n"
    "    movw $0x10, %ax\n"
    "    movw %ax, %ds\n"
    "    movw %ax, %es\n"
    "    movw %ax, %ss\n"
    "    xorl %eax, %eax\n"
    "    movw %ax, %fs\n"
    "    movw %ax, %gs\n"
    "    movq $stack_end, %rsp\n"
    "    movl %ebp, %edi\n"
    "    call kernel\n"
    "3:  hlt\n"
    "    jmp 3b\n"
    ".section .data\n"
    ".balign 8\n"
    ".globl gdt\n"
    "gdt: .quad 0, 0x00AF9A000000FFFF, 0x00CF92000000FFFF, 0x00CFF2000000FFFF, 0x00AFFA000000FFFF, 0, 0\n"
    "descriptor: .word . - gdt - 1\n"
    "    .quad gdt\n"
    ".bss\n"
    ".balign 4096\n"
    ".globl pml4, directory, user_stack_end\n"
    "pml4: .skip 4096\n"
    "pdpt: .skip 4096\n"
    "directory: .skip 4096\n"
    "    .skip 16384\n"
    "stack_end:\n"
    "    .skip 16384\n"
    "interrupt_stack_end:\n"
    "    .skip 4096\n"
    "user_stack_end:\n"
    ".text\n");

extern u64 gdt[], directory[512];
extern char user_stack_end[], interrupt_stack_end[], syscall_entry[], page_fault_entry[], leave_entry[];

static void out8(u16 port, u8 value) { asm volatile("outb %%al, %%dx" :: "a"(value), "d"(port)); }
static u8 in8(u16 port) { u8 v; asm volatile("inb %%dx, %%al" : "=a"(v) : "d"(port)); return v; }
static void wrmsr(u32 msr, u64 v) { asm volatile("wrmsr" :: "c"(msr), "a"((u32)v), "d"((u32)(v >> 32))); }

static void print(const char *s)
{
    for (; *s; s++) {
        while ((in8(0x3F8 + 5) & 0x60) != 0x60)
            asm volatile("pause");
        out8(0x3F8, *s);
    }
}

static void hex(u64 v)
{
    char text[17];
    for (int i = 0; i < 16; i++)
        text[i] = "0123456789abcdef"[v >> (60 - 4 * i) & 15];
    text[16] = 0;
    print(text);
}

static struct { u16 low, selector; u8 stack, type; u16 middle; u32 high, zero; } idt[256];
static struct { u32 reserved; u64 rsp[3], zero, ist[7]; u64 zero2; u16 zero3, map; } __attribute__((packed)) tss;

static void set_gate(int vector, void *at, int ring, int stack)
{
    u64 a = (u64)at;
    idt[vector].low = a;
    idt[vector].selector = 8;
    idt[vector].stack = stack;
    idt[vector].type = 0x8E | ring << 5;
    idt[vector].middle = a >> 16;
    idt[vector].high = a >> 32;
}

/* System calls: the number in RAX, arguments in RDI and RSI. */
asm("syscall_entry:\n"
    "    swapgs\n"
    "    mov %rsp, %gs:8\n"
    "    mov %gs:0, %rsp\n"
    "    push %rcx\n"
    "    push %r11\n"
    "    mov %rax, %rdx\n"
    "    call system_call\n"
    "    pop %r11\n"
    "    pop %rcx\n"
    "    mov %gs:8, %rsp\n"
    "    swapgs\n"
    "    sysretq\n"
    "page_fault_entry:\n"
    "    pop %rdi\n"
    "    mov %cr2, %rsi\n"
    "    mov (%rsp), %rdx\n"
    "    mov 8(%rsp), %rcx\n"
    "    call page_fault\n"
    "    movq $after_fault, (%rsp)\n"
    "    iretq\n"
    "leave_entry:\n"
    "    jmp left\n");

static u64 percpu[2];
static volatile u64 calls;

u64 system_call(u64 a, u64 b, u64 number)
{
    calls++;
    if (number == 1) {
        print((const char *)a);
        return 0;
    }
    return a * b;
}

extern char touch[];
void page_fault(u64 code, u64 address, u64 rip, u64 cs)
{
    print("page fault code ");
    hex(code);
    print(" at ");
    hex(address);
    print(" cs ");
    hex(cs);
    print(rip == (u64)touch ? " by the store\n" : " somewhere else\n");
}

void left(void)
{
    u64 cs;
    asm volatile("mov 8(%%rsp), %0" : "=r"(cs));
    print("back by INT 0x30\n");
    print(calls == 4 ? "four calls\n" : "FAIL calls\n");
    out8(0xF4, 0);
    for (;;)
        asm volatile("hlt");
}

/* The program: it may neither touch the kernel's page nor execute HLT. */
asm(".globl user_program\n"
    "user_program:\n"
    "    lea hello(%rip), %rdi\n"
    "    mov $1, %eax\n"
    "    syscall\n"
    "    mov $6, %edi\n"
    "    mov $7, %esi\n"
    "    mov $2, %eax\n"
    "    syscall\n"
    "    cmp $42, %rax\n"
    "    lea good(%rip), %rdi\n"
    "    je 1f\n"
    "    lea bad(%rip), %rdi\n"
    "1:  mov $1, %eax\n"
    "    syscall\n"
    "    mov $0x1e00000, %ebx\n"
    "touch:\n"
    "    movb $1, 0x123(%rbx)\n"
    "after_fault:\n"
    "    lea after(%rip), %rdi\n"
    "    mov $1, %eax\n"
    "    syscall\n"
    "    int $0x30\n"
    "    ud2\n"
    "hello: .asciz \"hello from ring 3\\n\"\n"
    "good: .asciz \"six times seven\\n\"\n"
    "bad: .asciz \"FAIL product\\n\"\n"
    "after: .asciz \"went on\\n\"\n");
extern char user_program[];

void kernel(u32 magic)
{
    print("long mode\n");
    print(magic == 0x2BADB002 ? "magic\n" : "FAIL magic\n");
    directory[15] &= ~4ul;
    asm volatile("invlpg 0x1e00000");
    u64 base = (u64)&tss;
    gdt[5] = 0x67 | (base & 0xFFFFFF) << 16 | 0x89ul << 40 | (base >> 24 & 0xFF) << 56;
    gdt[6] = base >> 32;
    tss.rsp[0] = (u64)interrupt_stack_end;
    tss.map = sizeof tss;
    asm volatile("ltr %w0" :: "r"(5 * 8));
    set_gate(14, page_fault_entry, 0, 0);
    set_gate(0x30, leave_entry, 3, 0);
    struct { u16 limit; u64 base; } __attribute__((packed)) idtr = {sizeof idt - 1, (u64)idt};
    asm volatile("lidt %0" :: "m"(idtr));
    percpu[0] = (u64)interrupt_stack_end;
    wrmsr(0xC0000102, (u64)percpu);
    wrmsr(0xC0000081, (u64)0x13 << 48 | (u64)8 << 32);
    wrmsr(0xC0000082, (u64)syscall_entry);
    wrmsr(0xC0000084, 0x47700);
    asm volatile("push %0; push %1; push $2; push %2; push %3; iretq"
        :: "r"((u64)0x1B), "r"((u64)user_stack_end), "r"((u64)0x23), "r"((u64)user_program));
}
