/* The memory functions that the compiler may call on its own. */
#include "types.h"

void *memset(void *to, int byte, size_t bytes)
{
    void *at = to;
    size_t words = bytes / 8, rest = bytes % 8;
    u64 value = (u8)byte * 0x0101010101010101UL;
    __asm__ volatile("rep stosq" : "+D"(at), "+c"(words) : "a"(value) : "memory");
    __asm__ volatile("rep stosb" : "+D"(at), "+c"(rest) : "a"(value) : "memory");
    return to;
}

void *memcpy(void *to, const void *from, size_t bytes)
{
    void *at = to;
    size_t words = bytes / 8, rest = bytes % 8;
    __asm__ volatile("rep movsq" : "+D"(at), "+S"(from), "+c"(words) :: "memory");
    __asm__ volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(rest) :: "memory");
    return to;
}

void *memmove(void *to, const void *from, size_t bytes)
{
    char *target = to;
    const char *source = from;
    if (target <= source)
        return memcpy(to, from, bytes);
    while (bytes--)
        target[bytes] = source[bytes];
    return to;
}

int memcmp(const void *a, const void *b, size_t bytes)
{
    const u8 *x = a, *y = b;
    for (; bytes; bytes--, x++, y++)
        if (*x != *y)
            return *x - *y;
    return 0;
}
