/*
 * mem.h - allocation. Every allocation of ours goes through here, so that tests
 * can make the n-th one fail (mem_fail_at) and count them (mem_count).
 * Thread safe. All return NULL on failure; the caller reports err_no_memory().
 */
#ifndef CORE_MEM_H
#define CORE_MEM_H

#include <stddef.h>
#include <stdint.h>

void *mem_alloc(size_t size) __attribute__((malloc, alloc_size(1)));
void *mem_calloc(size_t count, size_t size) __attribute__((malloc, alloc_size(1, 2)));
void *mem_realloc(void *old, size_t size) __attribute__((alloc_size(2)));
void mem_free(void *p);
char *mem_strdup(const char *text);
/* A copy of `len` bytes with a NUL after them. */
char *mem_strndup(const char *text, size_t len);

/* Test hooks. n = 1 fails the next allocation, 0 turns it off; once only. */
void mem_fail_at(uint64_t n);
/* Allocations made so far by this process through this header. */
uint64_t mem_count(void);

#endif
