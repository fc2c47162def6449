#include "acpi.h"
#include "apic.h"
#include "bootinfo.h"
#include "console.h"
#include "cpufeature.h"
#include "cpumask.h"
#include "memory.h"

#define BIOS_START 0xe0000
#define BIOS_END 0x100000
#define MADT_LOCAL_APIC 0
#define MADT_LOCAL_X2APIC 9
#define MADT_ENABLED 1
#define XAPIC_BROADCAST 0xff

struct rsdp {
    char signature[8];
    u8 checksum;
    char oem[6];
    u8 revision;
    u32 rsdt;
    u32 length;
    u64 xsdt;
} __attribute__((packed));

struct table_header {
    char signature[4];
    u32 length;
    u8 revision, checksum;
    char oem[6], oem_table[8];
    u32 oem_revision, creator, creator_revision;
} __attribute__((packed));

struct madt {
    struct table_header header;
    u32 local_apic, flags;
    u8 entries[];
} __attribute__((packed));

struct local_apic {
    u8 type, length, processor, apic_id;
    u32 flags;
} __attribute__((packed));

struct local_x2apic {
    u8 type, length;
    u16 reserved;
    u32 x2apic_id, flags, processor;
} __attribute__((packed));

static const struct rsdp *find_rsdp(void)
{
    if (boot_info.rsdp)
        return phys_to_virt(boot_info.rsdp);
    for (u64 at = BIOS_START; at < BIOS_END; at += 16)
        if (!memcmp(phys_to_virt(at), "RSD PTR ", 8))
            return phys_to_virt(at);
    return NULL;
}

static const struct madt *find_madt(const struct rsdp *rsdp)
{
    bool wide = rsdp->revision >= 2 && rsdp->xsdt;
    const struct table_header *root = phys_to_virt(wide ? rsdp->xsdt : rsdp->rsdt);
    u32 size = wide ? 8 : 4, count = (root->length - sizeof(*root)) / size;
    for (u32 i = 0; i < count; i++) {
        u64 address = 0;
        memcpy(&address, (const char *)(root + 1) + i * size, size);
        const struct table_header *table = phys_to_virt(address);
        if (!memcmp(table->signature, "APIC", 4))
            return (const struct madt *)table;
    }
    return NULL;
}

static void add_processor(u32 id, u32 flags)
{
    bool reachable = cpu_features.x2apic || id < XAPIC_BROADCAST;
    if (!(flags & MADT_ENABLED) || !reachable || id == cpu_apic_id[0] || nr_cpu_ids == NR_CPUS)
        return;
    cpu_apic_id[nr_cpu_ids++] = id;
}

void find_processors(void)
{
    const struct rsdp *rsdp = find_rsdp();
    const struct madt *madt = rsdp ? find_madt(rsdp) : NULL;
    cpu_apic_id[0] = apic_id();
    if (!madt)
        panic("no ACPI table of the processors");
    const u8 *at = madt->entries, *end = (const u8 *)madt + madt->header.length;
    for (; at + 2 <= end && at[1] >= 2; at += at[1]) {
        const struct local_apic *local = (const void *)at;
        const struct local_x2apic *wide = (const void *)at;
        if (at[0] == MADT_LOCAL_APIC)
            add_processor(local->apic_id, local->flags);
        else if (at[0] == MADT_LOCAL_X2APIC)
            add_processor(wide->x2apic_id, wide->flags);
    }
}
