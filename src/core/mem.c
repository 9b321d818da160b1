/*
 * mem.c - malloc behind a counter. The two hooks cost one relaxed atomic operation an allocation,
 * which is nothing beside malloc itself, and allocations are per batch, never per record.
 */
#include "core/mem.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#undef malloc
#undef calloc
#undef realloc

static _Atomic uint64_t allocations;
static _Atomic uint64_t failing_allocation; /* the number of the one that fails, 0: none */

/* Counts an allocation; true when the test asked this one to fail. */
static bool must_fail(void)
{
	uint64_t number = atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed) + 1;
	uint64_t target = atomic_load_explicit(&failing_allocation, memory_order_relaxed);

	return target != 0 && number == target;
}

void *mem_alloc(size_t size)
{
	if (must_fail())
		return NULL;
	return malloc(size ? size : 1);
}

void *mem_calloc(size_t count, size_t size)
{
	if (must_fail())
		return NULL;
	return calloc(count ? count : 1, size ? size : 1);
}

void *mem_realloc(void *old, size_t size)
{
	if (must_fail())
		return NULL;
	return realloc(old, size ? size : 1);
}

void mem_free(void *p)
{
	free(p);
}

char *mem_strdup(const char *text)
{
	return mem_strndup(text, strlen(text));
}

char *mem_strndup(const char *text, size_t len)
{
	char *copy = mem_alloc(len + 1);

	if (!copy)
		return NULL;
	if (len)
		memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

void mem_fail_at(uint64_t n)
{
	uint64_t now = atomic_load_explicit(&allocations, memory_order_relaxed);

	atomic_store_explicit(&failing_allocation, n ? now + n : 0, memory_order_relaxed);
}

uint64_t mem_count(void)
{
	return atomic_load_explicit(&allocations, memory_order_relaxed);
}
