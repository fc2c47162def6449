/* Circular doubly linked lists whose nodes are embedded in what they link. */
#pragma once

#include "types.h"

struct list_head {
    struct list_head *next, *prev;
};

#define container_of(p, type, member) ((type *)((char *)(p) - offsetof(type, member)))

static inline void list_init(struct list_head *head) { head->next = head->prev = head; }
static inline bool list_empty(const struct list_head *head) { return head->next == head; }

/* Links node before position; before the head is the tail of the list. */
static inline void list_add_tail(struct list_head *node, struct list_head *position)
{
    node->next = position;
    node->prev = position->prev;
    position->prev->next = node;
    position->prev = node;
}

/* Unlinks node and leaves it an empty list, so that list_empty(node) tells whether it is queued. */
static inline void list_del(struct list_head *node)
{
    node->prev->next = node->next;
    node->next->prev = node->prev;
    list_init(node);
}
