/* A flat file, no ELF at all: the Multiboot header's address fields say where it goes and where it starts. */
        .code32
        .set BASE, 0x200000
image:
        .skip 0x40, 0x90
header:
        .long 0x1BADB002, 0x00010003, -(0x1BADB002 + 0x00010003)
        .long BASE + header - image             /* header address */
        .long BASE                              /* load address */
        .long 0                                 /* load end: that of the file */
        .long BASE + 0x20000                    /* end of zeroes */
        .long BASE + start - image              /* entry */
start:
        cmp $0x2BADB002, %eax
        jne bad
        mov $BASE + text - image, %esi
        mov $0x3F8, %dx
1:      lodsb
        test %al, %al
        jz 2f
        outb %al, %dx
        jmp 1b
2:      cmpl $0, BASE + 0x1FFFC                 /* zeroed */
        jne bad
        mov $3, %al
        outb %al, $0xF4
bad:    mov $1, %al
        outb %al, $0xF4
        hlt
text:   .asciz "flat kernel\n"
