/*
 * arena.h - memory that is freed all at once: a batch's columns, a statement's
 * tree. Blocks grow geometrically and are kept by arena_reset, so a steady stream of equal batches
 * allocates nothing. Not thread safe: one owner at a time.
 */
#ifndef CORE_ARENA_H
#define CORE_ARENA_H

#include <stddef.h>

#include "core/span.h"

struct arena_block;

struct arena {
	struct arena_block *blocks; /* newest first */
	size_t first_block;         /* size of the first block, bytes */
	size_t max;                 /* hard maximum of all blocks together */
	size_t total;
};

void arena_init(struct arena *arena, size_t first_block, size_t max);
/* Forget everything handed out. Keeps the storage, merged into one block where it had grown to
 * several. */
void arena_reset(struct arena *arena);
void arena_release(struct arena *arena);
/* Aligned to 64 bytes when size >= 64, else to 16. NULL when out of memory or over max. Contents
 * undefined. */
void *arena_alloc(struct arena *arena, size_t size);
/* As arena_alloc, zeroed. */
void *arena_calloc(struct arena *arena, size_t count, size_t size);
/* A NUL-terminated copy. */
char *arena_strndup(struct arena *arena, const char *text, size_t len);
/* snprintf into the arena. NULL on failure. */
char *arena_printf(struct arena *arena, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
