/*
 * arena.c - a list of blocks, newest first; only the newest is filled. A block's data starts
 * 64-byte aligned, so offsets within a block decide alignment.
 */
#include "core/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/mem.h"

#define WIDE_ALIGNMENT  64
#define SMALL_ALIGNMENT 16

struct arena_block {
	struct arena_block *next;
	char *data; /* aligned, `size` bytes */
	size_t size;
	size_t used;
};

void arena_init(struct arena *arena, size_t first_block, size_t max)
{
	*arena = (struct arena){ .first_block = first_block, .max = max };
}

static void free_blocks(struct arena *arena)
{
	struct arena_block *block = arena->blocks;

	while (block) {
		struct arena_block *next = block->next;

		mem_free(block);
		block = next;
	}
	arena->blocks = NULL;
	arena->total = 0;
}

void arena_release(struct arena *arena)
{
	free_blocks(arena);
}

/* Put a block of `size` bytes in front. Its head and alignment are not counted against max. */
static struct arena_block *add_block(struct arena *arena, size_t size)
{
	struct arena_block *block;

	if (size > SIZE_MAX - sizeof(*block) - WIDE_ALIGNMENT)
		return NULL;
	block = mem_alloc(sizeof(*block) + WIDE_ALIGNMENT + size);
	if (!block)
		return NULL;
	block->data = (char *)(((uintptr_t)(block + 1) + WIDE_ALIGNMENT - 1) &
			       ~(uintptr_t)(WIDE_ALIGNMENT - 1));
	block->size = size;
	block->used = 0;
	block->next = arena->blocks;
	arena->blocks = block;
	arena->total += size;
	return block;
}

void arena_reset(struct arena *arena)
{
	struct arena_block *block = arena->blocks;
	size_t merged = 0;

	if (!block)
		return;
	if (!block->next) {
		block->used = 0;
		return;
	}
	/* One block for all that was asked for: what was at a block's start may need alignment now.
	 */
	for (; block; block = block->next)
		merged += block->size + WIDE_ALIGNMENT;
	if (merged > arena->max)
		merged = arena->max;
	free_blocks(arena);
	add_block(arena, merged); /* where this fails, the next arena_alloc tries again */
}

void *arena_alloc(struct arena *arena, size_t size)
{
	size_t alignment = size >= WIDE_ALIGNMENT ? WIDE_ALIGNMENT : SMALL_ALIGNMENT;
	struct arena_block *block = arena->blocks;
	size_t start = 0, room, want;

	if (block) {
		start = (block->used + alignment - 1) & ~(alignment - 1);
		if (start <= block->size && size <= block->size - start) {
			block->used = start + size;
			return block->data + start;
		}
	}
	room = arena->max - arena->total;
	if (size > room)
		return NULL;
	want = block ? block->size * 2 : arena->first_block;
	if (want < size)
		want = size;
	if (want > room)
		want = room;
	block = add_block(arena, want);
	if (!block)
		return NULL;
	block->used = size;
	return block->data;
}

void *arena_calloc(struct arena *arena, size_t count, size_t size)
{
	size_t bytes;
	void *p;

	if (__builtin_mul_overflow(count, size, &bytes))
		return NULL;
	p = arena_alloc(arena, bytes);
	if (p && bytes)
		memset(p, 0, bytes);
	return p;
}

char *arena_strndup(struct arena *arena, const char *text, size_t len)
{
	char *copy = len < SIZE_MAX ? arena_alloc(arena, len + 1) : NULL;

	if (!copy)
		return NULL;
	if (len)
		memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char *arena_printf(struct arena *arena, const char *fmt, ...)
{
	va_list args;
	char *text;
	int len;

	va_start(args, fmt);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (len < 0)
		return NULL;
	text = arena_alloc(arena, (size_t)len + 1);
	if (!text)
		return NULL;
	va_start(args, fmt);
	vsnprintf(text, (size_t)len + 1, fmt, args);
	va_end(args);
	return text;
}
