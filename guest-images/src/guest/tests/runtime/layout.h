/* Numbers that C and assembly share. */
#ifndef LAYOUT_H
#define LAYOUT_H

#define MAX_CPUS 64
#define STACK_SHIFT 13
#define STACK_SIZE (1 << STACK_SHIFT)
#define TRAMPOLINE 0x8000               /* below 1 MiB, on a page: the vector of the start-up IPI is its number */

/* Selectors. */
#define CODE64 0x08
#define DATA 0x10
#define CODE32 0x18
#define USER_DATA 0x23
#define USER_CODE64 0x2b
#define FIRST_TSS 0x30                  /* one for each CPU, 16 bytes apart */

#define USER_ALIAS 0x8000000000         /* the first 4 GiB once more, for the user too */
#define VECTOR_USER_EXIT 0x80

#endif
