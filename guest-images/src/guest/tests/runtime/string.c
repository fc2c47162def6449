#include "test.h"

void *memcpy(void *to, const void *from, u64 bytes)
{
    void *start = to;
    asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) :: "memory");
    return start;
}

void *memset(void *to, int value, u64 bytes)
{
    void *start = to;
    asm volatile("rep stosb" : "+D"(to), "+c"(bytes) : "a"(value) : "memory");
    return start;
}

int memcmp(const void *a, const void *b, u64 bytes)
{
    const u8 *x = a, *y = b;
    for (u64 i = 0; i < bytes; i++)
        if (x[i] != y[i])
            return x[i] - y[i];
    return 0;
}
