#include "bootinfo.h"
#include "console.h"
#include "memory.h"

#define HVM_START_MAGIC 0x336ec578

struct hvm_start_info {
    u32 magic, version, flags, nr_modules;
    u64 modlist_paddr, cmdline_paddr, rsdp_paddr;
    u64 memmap_paddr;
    u32 memmap_entries, reserved;
};

struct hvm_memmap_table_entry {
    u64 addr, size;
    u32 type, reserved;
};

struct boot_info boot_info;

/* Everything is copied, because the loader's own copies lie in memory that is about to be used. */
void read_boot_info(u64 start_info)
{
    const struct hvm_start_info *info = phys_to_virt(start_info);
    if (info->magic != HVM_START_MAGIC || info->version < 1 || !info->memmap_paddr)
        panic("no hvm_start_info with a memory map");
    if (info->cmdline_paddr) {
        const char *text = phys_to_virt(info->cmdline_paddr);
        for (u32 i = 0; i < COMMAND_LINE_MAX - 1 && text[i]; i++)
            boot_info.command_line[i] = text[i];
    }
    boot_info.rsdp = info->rsdp_paddr;
    const struct hvm_memmap_table_entry *entry = phys_to_virt(info->memmap_paddr);
    for (u32 i = 0; i < info->memmap_entries && boot_info.nr_memory < MAX_MEMORY_RANGES; i++, entry++)
        boot_info.memory[boot_info.nr_memory++] =
            (struct memory_range){entry->addr, entry->addr + entry->size, entry->type};
}

static const char *parameter_text(const char *name)
{
    for (const char *at = boot_info.command_line; *at;) {
        const char *n = name;
        while (*n && *n == *at)
            n++, at++;
        if (!*n && *at == '=')
            return at + 1;
        while (*at && *at != ' ')
            at++;
        while (*at == ' ')
            at++;
    }
    return NULL;
}

u64 boot_parameter(const char *name, u64 missing, u64 least, u64 most)
{
    const char *text = parameter_text(name);
    if (!text)
        return missing;
    u64 value = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9' && value <= most; at++)
        value = value * 10 + *at - '0';
    if (at == text || (*at && *at != ' ') || value < least || value > most) {
        printk("bad parameter: %s must be a number from %lu to %lu\n", name, least, most);
        machine_exit(EXIT_FAILED_CHECK);
    }
    return value;
}
