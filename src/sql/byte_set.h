/*
 * byte_set.h - which bytes of a text belong to a set, 64 at a time. For sets of ASCII characters,
 * with all bytes above 0x7f belonging or none.
 */
#ifndef SQL_BYTE_SET_H
#define SQL_BYTE_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct byte_set {
	uint8_t member[256];
	uint8_t rows[16]; /* bit h of rows[l]: byte h << 4 | l (below 0x80) is a member */
};

/* From member[], filled by the caller. */
void byte_set_finish(struct byte_set *set);

/* Bit i: p[i] belongs; n <= 64 bytes. */
uint64_t byte_set_mask(const struct byte_set *set, const char *p, size_t n);
/* The same without vector instructions: what the other is tested against. */
uint64_t byte_set_mask_portable(const struct byte_set *set, const char *p, size_t n);

#endif
