/*
 * Several processes, more threads than CPUs, and in each process one thread that changes the page tables
 * while the others use the memory.
 *
 * The flusher walks over a region shared by the threads of its process and in turn advises pages away,
 * takes and returns the right to write, and maps and unmaps memory of its own. It is the only one: with
 * two flushers in a process the kernel would flush everything everywhere. The place of its next operation
 * is published, and the touchers begin each burst there, because a translation matters only if somebody
 * who has it uses it. Touchers and sleepers sleep now and then, so that the CPUs keep changing address
 * spaces.
 *
 * The consumers are handed each page twice, as the readers of a buffer are by its writer: once when the page
 * is next in line, and once more just before the flusher discards it. So some CPU is often on its way
 * back into the address space while the flush decides whom to tell.
 *
 * Even pages of the region are read and written by touchers; odd pages only read, because the flusher
 * takes their write permission away. What the region holds is checked by nobody: with a release that
 * misses flushes, a toucher may see old data and may write to a frame that meanwhile serves another
 * region. Everything that is checked lies in memory that was touched before the load starts and stays
 * until it ends.
 */
#include "workloads.h"

#define MAX_PROCESSES 64
#define MAX_THREADS 64
#define OWN_PAGES 2
/* Between handing a page over and discarding it at most. */
#define HAND_OVER_NS 1000
/* One operation in so many maps at a distance, where unmapping frees page tables as well. */
#define FAR_MAP_INTERVAL 64
#define FAR_ADDRESS 0x100000000000UL

struct parameters {
    u64 processes, threads, pages, op_pages, think_ns, touch_pages, touch_rounds, touch_pause_ns, sleep_ns;
    u64 duration_us, seed;
};

struct worker {
    struct thread thread;
    u32 index;
    u64 random;
    /* A page that only this worker writes. */
    volatile u64 *private_page;
    u64 bursts;
    bool failed;
} __attribute__((aligned(CACHE_LINE)));

/* Each process has its own copy of this data, as of all of the program's. */
static struct parameters p;
static struct worker workers[MAX_THREADS];
static volatile u8 *region;
static volatile u32 started __attribute__((aligned(CACHE_LINE)));
static volatile u64 end_tsc;
static volatile u64 next_page __attribute__((aligned(CACHE_LINE)));
/* Counts what was handed to the consumers. */
static volatile u32 ticket __attribute__((aligned(CACHE_LINE)));
/* One word for each pair of sleepers: even while the leader has the turn, odd while the follower has it. */
static struct { volatile u32 turn; } __attribute__((aligned(CACHE_LINE))) pairs[MAX_THREADS];

static void read_parameters(void)
{
    p.processes = parameter("processes", 3, 1, MAX_PROCESSES);
    p.threads = parameter("threads", 8, 2, MAX_THREADS);
    p.pages = parameter("pages", 32, 2, 65536);
    p.op_pages = parameter("op_pages", 1, 1, p.pages);
    p.think_ns = parameter("think_ns", 12000, 0, 1000000000);
    p.touch_pages = parameter("touch_pages", 8, 1, p.pages);
    p.touch_rounds = parameter("touch_rounds", 6, 1, 1000000);
    p.touch_pause_ns = parameter("touch_pause_ns", 2000, 0, 1000000000);
    p.sleep_ns = parameter("sleep_ns", 6000, 0, 1000000000);
    p.duration_us = parameter("duration_us", 20000, 1, 1000000000);
    p.seed = parameter("seed", 1, 0, ~0UL >> 8);
}

static bool running(void) { return rdtsc() < end_tsc; }

/* Of the threads that are left over by the flusher, a third are consumers and a third, in pairs, sleepers. */
static u64 nr_consumers(void) { return (p.threads + 1) / 3; }
static u64 nr_sleepers(void) { return (p.threads - 1) / 3 / 2 * 2; }

static void wait_for_start(void)
{
    while (!started)
        futex_wait(&started, 0);
}

/* The page counts its owner's bursts in every word that it uses. */
static void use_private_page(struct worker *w)
{
    u64 slot = w->bursts % 8 * 64;
    if (w->private_page[slot] != w->bursts / 8)
        w->failed = true;
    w->private_page[slot] = w->bursts / 8 + 1;
    w->bursts++;
}

static void touch(struct worker *w, u64 page)
{
    volatile u64 *word = (volatile u64 *)(region + page * PAGE_SIZE) + w->index * 8 % 512;
    u64 seen = *word;
    if (page % 2 == 0)
        *word = seen + 1;
}

/*
 * Begins with the pages of the last operation, in case it has just ended. The place stays the same for the
 * whole burst, because a flush that other CPUs must confirm may end in the middle of it.
 */
static void touch_burst(struct worker *w)
{
    u64 next = next_page, first = next >= p.op_pages ? next - p.op_pages : 0;
    for (u32 round = 0; round < p.touch_rounds; round++) {
        u64 page = first;
        for (u64 i = 0; i < p.touch_pages; i++, page = page + 1 < p.pages ? page + 1 : 0)
            touch(w, page);
        compute_ns(random_around(&w->random, p.touch_pause_ns));
    }
}

static void toucher(void *argument)
{
    struct worker *w = argument;
    wait_for_start();
    while (running()) {
        touch_burst(w);
        use_private_page(w);
        if (random_next(&w->random) % 2 == 0)
            sched_yield();
        else
            nanosleep(random_around(&w->random, p.sleep_ns));
    }
}

static void hand_over(void)
{
    ticket++;
    futex_wake(&ticket, MAX_THREADS);
}

static void consumer(void *argument)
{
    struct worker *w = argument;
    wait_for_start();
    for (u32 seen = 0; running();) {
        futex_wait(&ticket, seen);
        seen = ticket;
        u64 page = next_page;
        touch(w, page);
        touch(w, page + p.op_pages < p.pages ? page + p.op_pages : 0);
        use_private_page(w);
    }
}

static void pass_turn(u32 pair)
{
    pairs[pair].turn++;
    futex_wake(&pairs[pair].turn, 1);
}

static void leader(void *argument)
{
    struct worker *w = argument;
    u32 pair = w->index / 2;
    wait_for_start();
    while (running()) {
        use_private_page(w);
        nanosleep(random_around(&w->random, p.sleep_ns));
        u32 mine = pairs[pair].turn;
        pass_turn(pair);
        while (pairs[pair].turn == mine + 1)
            futex_wait(&pairs[pair].turn, mine + 1);
        touch(w, next_page);
    }
    /* The largest odd number is the follower's turn to leave. */
    pairs[pair].turn = ~0U;
    futex_wake(&pairs[pair].turn, 1);
}

static void follower(void *argument)
{
    struct worker *w = argument;
    u32 pair = w->index / 2;
    wait_for_start();
    for (u32 turn; (turn = pairs[pair].turn) != ~0U;) {
        if (turn % 2 == 0) {
            futex_wait(&pairs[pair].turn, turn);
            continue;
        }
        touch_burst(w);
        use_private_page(w);
        pass_turn(pair);
    }
}

static volatile u8 *page_at(u64 page) { return region + page * PAGE_SIZE; }

static bool advise_pages(u64 page)
{
    return !madvise_dontneed((void *)page_at(page), p.op_pages * PAGE_SIZE);
}

/* The flusher writes the page again at once; only then does taking the right to write change an entry. */
static bool protect_page(struct worker *w, u64 page)
{
    void *start = (void *)page_at(page | 1);
    populate(start, PAGE_SIZE);
    bool ok = !mprotect(start, PAGE_SIZE, PROT_READ);
    compute_ns(random_around(&w->random, p.think_ns / 2));
    return ok && !mprotect(start, PAGE_SIZE, PROT_READ | PROT_WRITE);
}

static bool map_and_unmap(void *hint)
{
    u8 *own = mmap(hint, OWN_PAGES * PAGE_SIZE, PROT_READ | PROT_WRITE);
    if (!own)
        return false;
    populate(own, OWN_PAGES * PAGE_SIZE);
    return !munmap(own, OWN_PAGES * PAGE_SIZE);
}

static bool flush_once(struct worker *w, u64 page, u64 operation)
{
    if (operation % FAR_MAP_INTERVAL == FAR_MAP_INTERVAL - 1)
        return map_and_unmap((void *)FAR_ADDRESS);
    if (operation % 8 == 3)
        return map_and_unmap(NULL);
    if (operation % 8 == 6 && (page | 1) < p.pages)
        return protect_page(w, page);
    return advise_pages(page);
}

static void flusher(struct worker *w)
{
    u64 last_start = p.pages - p.op_pages;
    for (u64 operation = 0; running(); operation++) {
        u64 page = next_page;
        hand_over();
        compute_ns(random_next(&w->random) % HAND_OVER_NS);
        if (!flush_once(w, page, operation))
            w->failed = true;
        /* Published only after the operation: touchers have used the next victim for a while already. */
        next_page = page + p.op_pages <= last_start ? page + p.op_pages : 0;
        compute_ns(random_around(&w->random, p.think_ns / 4));
        hand_over();
        compute_ns(random_around(&w->random, p.think_ns));
        use_private_page(w);
    }
    hand_over();
}

/* Advised pages read as zero, pages keep what was written, a page taken back and given again is empty. */
static bool memory_calls_work(void)
{
    volatile u8 *own = mmap(NULL, 4 * PAGE_SIZE, PROT_READ | PROT_WRITE);
    if (!own)
        return false;
    for (u64 i = 0; i < 4; i++)
        own[i * PAGE_SIZE] = i + 1;
    bool ok = !madvise_dontneed((void *)(own + PAGE_SIZE), PAGE_SIZE);
    ok &= own[0] == 1 && own[PAGE_SIZE] == 0 && own[2 * PAGE_SIZE] == 3;
    ok &= !mprotect((void *)own, PAGE_SIZE, PROT_READ) && own[0] == 1;
    ok &= !mprotect((void *)own, PAGE_SIZE, PROT_READ | PROT_WRITE);
    own[0] = 9;
    return ok && own[0] == 9 && !munmap((void *)own, 4 * PAGE_SIZE);
}

static bool start_workers(u64 process)
{
    /* Pairs begin with an even worker. */
    u64 first_sleeper = (1 + nr_consumers() + 1) / 2 * 2, end_of_sleepers = first_sleeper + nr_sleepers();
    for (u64 i = 0; i < p.threads; i++) {
        struct worker *w = &workers[i];
        w->index = i;
        w->random = random_seed(p.seed, process * MAX_THREADS + i);
        w->private_page = mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE);
        if (!w->private_page)
            return false;
        populate((void *)w->private_page, PAGE_SIZE);
    }
    /* Worker 0 is the flusher. */
    for (u64 i = 1; i < p.threads; i++) {
        bool sleeps = i >= first_sleeper && i < end_of_sleepers;
        void (*role)(void *) = i <= nr_consumers() ? consumer : !sleeps ? toucher : i % 2 == 0 ? leader : follower;
        if (!thread_start(&workers[i].thread, role, &workers[i]))
            return false;
    }
    return true;
}

/* Data of the program that is not in memory yet would be given a frame during the load. */
static void populate_program_data(void)
{
    extern u8 __user_data[], __user_end[];
    populate(__user_data, __user_end - __user_data);
}

static void mixed_process(u64 process)
{
    ulib_init();
    read_parameters();
    populate_program_data();
    bool ok = memory_calls_work();
    region = mmap(NULL, p.pages * PAGE_SIZE, PROT_READ | PROT_WRITE);
    ok &= region && start_workers(process);
    if (region)
        populate((void *)region, p.pages * PAGE_SIZE);
    machine_barrier(p.processes);
    end_tsc = rdtsc() + ns_to_tsc(p.duration_us * 1000);
    started = 1;
    futex_wake(&started, MAX_THREADS);
    if (ok)
        flusher(&workers[0]);
    for (u64 i = 1; ok && i < p.threads; i++)
        thread_join(&workers[i].thread);
    machine_barrier(p.processes);
    for (u64 i = 0; i < p.threads; i++)
        ok &= !workers[i].failed;
    exit_group(!(ok && memory_calls_work()));
}

bool mixed(void)
{
    u64 failures = 0, spawned = 0;
    read_parameters();
    for (u64 i = 0; i < p.processes; i++)
        spawned += spawn(mixed_process, i) > 0;
    bool pass = check("mixed: processes started", spawned == p.processes);
    /* A barrier that somebody will never reach is not worth waiting for. */
    if (!pass)
        return false;
    for (u64 i = 0; i < spawned; i++)
        failures += wait_for(0) != 0;
    return check("mixed: private memory and system calls", failures == 0);
}
