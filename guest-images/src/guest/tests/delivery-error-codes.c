/* The error code of a fault in the delivery of an event: IDT, EXT, and which table. SDM 3A 6.13. */
#include "test.h"

#define IDT 2
#define EXT 1

asm(".text\n undefined: ud2\n software: int $0x50\n ret\n");
void undefined(void *unused), software(void *unused);

static struct { u16 limit; u64 base; } __attribute__((packed)) idt, gdt;

static u64 *gate(u32 vector) { return (u64 *)(idt.base + 16 * vector); }

/* The fault that comes when the low half of the gate is `changed`. */
static struct fault with_gate(u32 vector, u64 changed, void (*function)(void *))
{
    u64 before = *gate(vector);
    *gate(vector) = changed;
    struct fault fault = attempt(function, 0);
    *gate(vector) = before;
    return fault;
}

static u64 with_selector(u32 vector, u64 selector)
{
    return (*gate(vector) & ~0xffff0000UL) | selector << 16;
}

void test_main(void)
{
    asm volatile("sidt %0" : "=m"(idt));
    asm volatile("sgdt %0" : "=m"(gdt));
    u64 present = 1UL << 47, dark = 0x1f8, absent = gdt.limit + 1;
    u64 *code = (u64 *)(gdt.base + dark);

    struct fault fault = with_gate(UD, *gate(UD) & ~present, undefined);
    report(was(&fault, NP, UD << 3 | IDT | EXT), "a gate that is not present: #NP with the vector, IDT and EXT");
    fault = with_gate(0x50, *gate(0x50) & ~present, software);
    report(was(&fault, NP, 0x50 << 3 | IDT), "the same for INT n: without EXT");
    fault = with_gate(UD, *gate(UD) & ~(0xfUL << 40), undefined);
    report(was(&fault, GP, UD << 3 | IDT | EXT), "no gate: #GP with the vector, IDT and EXT");
    fault = with_gate(UD, with_selector(UD, 0), undefined);
    report(was(&fault, GP, EXT), "a null selector in the gate: #GP with EXT alone");
    fault = with_gate(UD, with_selector(UD, DATA), undefined);
    report(was(&fault, GP, DATA | EXT), "a data segment in the gate: #GP with its selector and EXT");
    fault = with_gate(UD, with_selector(UD, CODE32), undefined);
    report(was(&fault, GP, CODE32 | EXT), "a 32-bit code segment in the gate: the same");
    fault = with_gate(UD, with_selector(UD, absent), undefined);
    report(was(&fault, GP, absent | EXT), "a selector beyond the table: the same");
    *code = 0x00af9b000000ffff & ~present;
    fault = with_gate(UD, with_selector(UD, dark), undefined);
    report(was(&fault, NP, dark | EXT), "a code segment that is not present: #NP with its selector and EXT");
    fault = with_gate(0x50, with_selector(0x50, dark), software);
    report(was(&fault, NP, dark), "the same for INT n: without EXT");
    fault = attempt_in_user(software, 0);
    report(was(&fault, GP, 0x50 << 3 | IDT), "INT n in ring 3 through a gate of ring 0: #GP, the vector and IDT");
}
