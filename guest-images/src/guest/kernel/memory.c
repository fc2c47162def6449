/*
 * The kernel's address space never changes after boot: each entry of the upper half of the top table that is
 * ever used exists before the first process is made, so a process copies the upper half once.
 */
#include "memory.h"
#include "bootinfo.h"
#include "console.h"
#include "cpufeature.h"
#include "mm.h"
#include "page_alloc.h"
#include "pgtable.h"
#include "x86.h"

#define GIB (1UL << 30)
/* Device windows sit below 4 GiB; a reserved range up there is no memory. */
#define MEMORY_HOLE (3 * GIB)
#define MIN_KERNEL_ZONE (4UL << 20)
/* A quarter of memory is the kernel's: half of that for what is never freed, half for page tables. */
#define KERNEL_ZONE_SHARE 4

extern char __kernel_text[], __kernel_data[], __kernel_end[];

static u64 boot_next, boot_end;

void *boot_reserve(u64 bytes, u64 alignment)
{
    u64 start = ALIGN_UP(boot_next, alignment);
    if (start + bytes > boot_end)
        panic("out of kernel memory");
    boot_next = start + bytes;
    return phys_to_virt(start);
}

/* The loader's own data may have lain here, so memory is not simply zero. */
void *boot_alloc(u64 bytes, u64 alignment) { return memset(boot_reserve(bytes, alignment), 0, bytes); }

static u64 *next_table(u64 *table, u64 index)
{
    if (!(table[index] & _PAGE_PRESENT))
        table[index] = virt_to_phys(boot_alloc(PAGE_SIZE, PAGE_SIZE)) | _PAGE_PRESENT | _PAGE_RW;
    return phys_to_virt(table[index] & PTE_PFN_MASK);
}

static u64 *large_entry(u64 address)
{
    u64 *pdpt = next_table(init_mm.pgd, address >> 39 & 511);
    u64 *pd = next_table(pdpt, address >> 30 & 511);
    return &pd[address >> 21 & 511];
}

static void map_large(u64 address, u64 physical, u64 end, u64 flags)
{
    physical = ALIGN_DOWN(physical, LARGE_PAGE_SIZE);
    address = ALIGN_DOWN(address, LARGE_PAGE_SIZE);
    for (; physical < end; physical += LARGE_PAGE_SIZE, address += LARGE_PAGE_SIZE)
        *large_entry(address) = physical | flags | _PAGE_PRESENT | _PAGE_PSE | _PAGE_GLOBAL |
                                _PAGE_ACCESSED | _PAGE_DIRTY;
}

void *map_device(u64 physical)
{
    u64 address = (u64)phys_to_virt(physical);
    map_large(address, physical, physical + 1, _PAGE_RW | _PAGE_NX | _PAGE_PCD | _PAGE_PWT);
    return (void *)address;
}

static bool in_direct_map(const struct memory_range *range)
{
    return range->type == MEMORY_RAM || range->end <= MEMORY_HOLE;
}

static void build_kernel_page_tables(void)
{
    init_mm.pgd = boot_alloc(PAGE_SIZE, PAGE_SIZE);
    init_mm.pgd_pa = virt_to_phys(init_mm.pgd);
    map_large(PAGE_OFFSET, 0, LARGE_PAGE_SIZE, _PAGE_RW | _PAGE_NX);
    for (u32 i = 0; i < boot_info.nr_memory; i++) {
        const struct memory_range *range = &boot_info.memory[i];
        if (in_direct_map(range))
            map_large(PAGE_OFFSET + range->start, range->start, range->end, _PAGE_RW | _PAGE_NX);
    }
    u64 text = image_to_phys(__kernel_text), data = image_to_phys(__kernel_data);
    map_large((u64)__kernel_text, text, data, 0);
    map_large((u64)__kernel_data, data, image_to_phys(__kernel_end), _PAGE_RW | _PAGE_NX);
}

/* PCIDE may only be set while CR3 holds PCID 0, which is also the one that the kernel never uses later. */
void enter_kernel_page_tables(void)
{
    write_cr3(init_mm.pgd_pa);
    u64 cr4 = read_cr4() | CR4_PGE;
    if (cpu_features.smep)
        cr4 |= CR4_SMEP;
    if (cpu_features.pcid)
        cr4 |= CR4_PCIDE;
    write_cr4(cr4);
}

void memory_init(void)
{
    u64 image_end = ALIGN_UP(image_to_phys(__kernel_end), PAGE_SIZE);
    const struct memory_range *home = NULL;
    u64 top = 0;
    for (u32 i = 0; i < boot_info.nr_memory; i++) {
        const struct memory_range *range = &boot_info.memory[i];
        if (range->type != MEMORY_RAM)
            continue;
        top = max(top, range->end);
        if (range->start < image_end && image_end < range->end)
            home = range;
    }
    if (!home)
        panic("the memory map does not hold the kernel image");
    u64 share = max((home->end - image_end) / KERNEL_ZONE_SHARE, MIN_KERNEL_ZONE);
    u64 user_start = ALIGN_DOWN(image_end + share, PAGE_SIZE);
    if (user_start >= home->end)
        panic("too little memory");
    boot_next = image_end;
    boot_end = image_end + ALIGN_DOWN(share / 2, PAGE_SIZE);

    build_kernel_page_tables();
    enter_kernel_page_tables();
    frames_init(top >> PAGE_SHIFT);
    frames_add(ZONE_KERNEL, boot_end, user_start);
    frames_add(ZONE_USER, user_start, home->end);
    for (u32 i = 0; i < boot_info.nr_memory; i++) {
        const struct memory_range *range = &boot_info.memory[i];
        if (range->type == MEMORY_RAM && range != home && range->start >= (1UL << 20))
            frames_add(ZONE_USER, range->start, range->end);
    }
}
