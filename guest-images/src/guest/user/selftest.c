/* A short run of every system call. Each check is one line, the same on every machine. */
#include "workloads.h"

#define RW (PROT_READ | PROT_WRITE)
#define LARGE (2UL << 20)
#define NR_COUNTERS 4
#define COUNT_TO 200
#define MANY_PAGES 200

static volatile u32 futex_word;
static volatile u64 counters[NR_COUNTERS * 8];
static volatile u8 *victim;
static volatile u64 process_private = 7;

static bool demand_zero(void)
{
    volatile u8 *m = mmap(NULL, MANY_PAGES * PAGE_SIZE, RW);
    bool ok = m;
    for (u64 i = 0; ok && i < MANY_PAGES; i++) {
        ok &= m[i * PAGE_SIZE + i] == 0;
        m[i * PAGE_SIZE + i] = i;
    }
    for (u64 i = 0; ok && i < MANY_PAGES; i++)
        ok &= m[i * PAGE_SIZE + i] == (u8)i;
    return ok && !munmap((void *)m, MANY_PAGES * PAGE_SIZE);
}

static bool mmap_hint(void)
{
    u8 *wish = (u8 *)0x200000000000UL;
    u8 *m = mmap(wish, PAGE_SIZE, RW), *other = mmap(wish, PAGE_SIZE, RW);
    bool ok = m == wish && other && other != wish;
    *m = 1;
    return ok && !munmap(m, PAGE_SIZE) && !munmap(other, PAGE_SIZE);
}

static bool dontneed(void)
{
    volatile u8 *m = mmap(NULL, 100 * PAGE_SIZE, RW);
    for (u64 i = 0; i < 100; i++)
        m[i * PAGE_SIZE] = 1;
    bool ok = !madvise_dontneed((void *)(m + 10 * PAGE_SIZE), 80 * PAGE_SIZE);
    for (u64 i = 0; i < 100; i++)
        ok &= m[i * PAGE_SIZE] == (i < 10 || i >= 90);
    return ok && !munmap((void *)m, 100 * PAGE_SIZE);
}

/* Unmapping a hole, and remapping it, gives fresh pages there and leaves the neighbours alone. */
static bool unmap_hole(void)
{
    volatile u8 *m = mmap(NULL, 3 * PAGE_SIZE, RW);
    for (u64 i = 0; i < 3; i++)
        m[i * PAGE_SIZE] = 5;
    bool ok = !munmap((void *)(m + PAGE_SIZE), PAGE_SIZE);
    ok &= mmap((void *)(m + PAGE_SIZE), PAGE_SIZE, RW) == m + PAGE_SIZE;
    ok &= m[0] == 5 && m[PAGE_SIZE] == 0 && m[2 * PAGE_SIZE] == 5;
    return ok && !munmap((void *)m, 3 * PAGE_SIZE);
}

/* Three whole tables' worth of addresses in a region of their own, so that the tables go with the pages. */
static bool unmap_tables(void)
{
    u8 *wish = (u8 *)0x300000000000UL;
    bool ok = true;
    for (u32 round = 0; round < 3; round++) {
        volatile u8 *m = mmap(wish, 3 * LARGE, RW);
        ok &= m == wish;
        for (u64 at = 0; at < 3 * LARGE; at += LARGE / 4) {
            ok &= m[at] == 0;
            m[at] = 1;
        }
        ok &= !munmap((void *)m, 3 * LARGE);
    }
    return ok;
}

static void protected_child(u64 kind)
{
    ulib_init();
    victim = mmap(NULL, PAGE_SIZE, RW);
    *victim = 3;
    if (kind == 0)
        mprotect((void *)victim, PAGE_SIZE, PROT_READ);
    else if (kind == 1)
        mprotect((void *)victim, PAGE_SIZE, PROT_NONE);
    else
        munmap((void *)victim, PAGE_SIZE);
    /* Reading is allowed in the first case only. */
    if (kind == 0 && *victim != 3)
        exit_group(1);
    *victim = 1;
    exit_group(0);
}

static void execute_child(u64 unused)
{
    (void)unused;
    u8 *code = mmap(NULL, PAGE_SIZE, RW);
    *code = 0xc3;
    ((void (*)(void))code)();
    exit_group(0);
}

static bool child_status(void (*entry)(u64), u64 argument, s64 status)
{
    s64 pid = spawn(entry, argument);
    return pid > 0 && wait_for(pid) == status;
}

static bool protect_and_return(void)
{
    volatile u8 *m = mmap(NULL, 4 * PAGE_SIZE, RW);
    for (u64 i = 0; i < 4; i++)
        m[i * PAGE_SIZE] = 8;
    bool ok = !mprotect((void *)(m + PAGE_SIZE), 2 * PAGE_SIZE, PROT_READ);
    ok &= m[PAGE_SIZE] == 8;
    ok &= !mprotect((void *)(m + PAGE_SIZE), 2 * PAGE_SIZE, RW);
    m[PAGE_SIZE] = 9;
    return ok && m[PAGE_SIZE] == 9 && !munmap((void *)m, 4 * PAGE_SIZE);
}

static void separate_child(u64 argument)
{
    bool fresh = process_private == 7;
    process_private = argument;
    exit_group(fresh && process_private == 99 ? 42 : 1);
}

static void count(void *argument)
{
    volatile u64 *counter = argument;
    for (u32 i = 0; i < COUNT_TO; i++) {
        (*counter)++;
        if (i % 16 == 0)
            sched_yield();
    }
}

static bool threads(void)
{
    static struct thread t[NR_COUNTERS];
    bool ok = true;
    for (u64 i = 0; i < NR_COUNTERS; i++)
        ok &= thread_start(&t[i], count, (void *)&counters[i * 8]);
    for (u64 i = 0; ok && i < NR_COUNTERS; i++)
        thread_join(&t[i]);
    for (u64 i = 0; i < NR_COUNTERS; i++)
        ok &= counters[i * 8] == COUNT_TO;
    return ok;
}

static void answer(void *unused)
{
    (void)unused;
    for (u32 turn = 1; turn < 40; turn += 2) {
        while (futex_word != turn)
            futex_wait(&futex_word, turn - 1);
        futex_word = turn + 1;
        futex_wake(&futex_word, 1);
    }
}

static bool futexes(void)
{
    static struct thread t;
    bool ok = futex_wait(&futex_word, 1) == -EAGAIN && futex_wake(&futex_word, 1) == 0;
    ok &= thread_start(&t, answer, NULL);
    for (u32 turn = 1; ok && turn < 40; turn += 2) {
        futex_word = turn;
        futex_wake(&futex_word, 1);
        while (futex_word != turn + 1)
            futex_wait(&futex_word, turn);
    }
    thread_join(&t);
    return ok;
}

static bool sleeping(void)
{
    u64 before = gettime();
    nanosleep(300000);
    u64 slept = gettime() - before;
    before = gettime();
    compute_ns(100000);
    return slept >= 300000 && gettime() - before >= 99000;
}

static void sleep_for_long(void *unused) { (void)unused; nanosleep(1000000000000UL); }
static void wait_for_long(void *unused) { (void)unused; futex_wait(&futex_word, futex_word); }
static void spin_for_long(void *unused) { (void)unused; for (;;) __asm__ volatile("pause"); }

/* Threads that sleep, wait and run all end with their process. */
static void crowded_child(u64 unused)
{
    static struct thread t[3];
    (void)unused;
    ulib_init();
    thread_start(&t[0], sleep_for_long, NULL);
    thread_start(&t[1], wait_for_long, NULL);
    thread_start(&t[2], spin_for_long, NULL);
    nanosleep(200000);
    exit_group(5);
}

static void meet_child(u64 count) { machine_barrier(count); exit_group(0); }

static bool meeting(void)
{
    bool ok = spawn(meet_child, 3) > 0 && spawn(meet_child, 3) > 0;
    machine_barrier(3);
    return ok && !wait_for(0) && !wait_for(0) && wait_for(0) == -ECHILD;
}

static bool bad_arguments(void)
{
    bool ok = syscall3(SYS_munmap, 123, PAGE_SIZE, 0) == -EINVAL;
    ok &= syscall3(SYS_madvise, 0x600000000000UL, PAGE_SIZE, MADV_DONTNEED) == -ENOMEM;
    ok &= syscall3(SYS_mprotect, 0x600000000000UL, PAGE_SIZE, PROT_READ) == -ENOMEM;
    ok &= syscall3(SYS_write, 0x600000000000UL, 10, 0) == -EFAULT;
    ok &= syscall3(SYS_write, 0xffff888000000000UL, 10, 0) == -EFAULT;
    ok &= syscall3(NR_SYSCALLS, 0, 0, 0) == -ENOSYS;
    return ok && machine(MACHINE_CPUS) >= 1 && (u64)syscall3(SYS_getcpu, 0, 0, 0) < machine(MACHINE_CPUS);
}

bool selftest(void)
{
    bool pass = check("selftest: pages are zero when first touched", demand_zero());
    pass &= check("selftest: mmap takes a free hint", mmap_hint());
    pass &= check("selftest: advised pages read as zero", dontneed());
    pass &= check("selftest: a hole can be unmapped and mapped again", unmap_hole());
    pass &= check("selftest: page tables go and come back", unmap_tables());
    pass &= check("selftest: rights can be taken and returned", protect_and_return());
    pass &= check("selftest: writing read-only memory ends the process",
                  child_status(protected_child, 0, STATUS_SEGV));
    pass &= check("selftest: memory without rights is out of reach",
                  child_status(protected_child, 1, STATUS_SEGV));
    pass &= check("selftest: unmapped memory is out of reach", child_status(protected_child, 2, STATUS_SEGV));
    pass &= check("selftest: data cannot be executed", child_status(execute_child, 0, STATUS_SEGV));
    pass &= check("selftest: processes have their own data",
                  child_status(separate_child, 99, 42) && process_private == 7);
    pass &= check("selftest: threads share memory", threads());
    pass &= check("selftest: futexes wake who waits", futexes());
    pass &= check("selftest: sleeps and waits last", sleeping());
    pass &= check("selftest: a process ends with all its threads", child_status(crowded_child, 0, 5));
    pass &= check("selftest: processes meet at a barrier", meeting());
    pass &= check("selftest: bad arguments are refused", bad_arguments());
    return pass;
}
