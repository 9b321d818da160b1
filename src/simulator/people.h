/*
 * people.h - all nationalities made ready: lists cut into words, each with its form in an e-mail
 * address. Immutable once made, shared by all threads.
 *
 * Words are offsets into one block of text, small enough for a processor's cache. WORD_PADDING
 * bytes can be read after every word, so that short ones are copied with one move of fixed size.
 */
#ifndef SIMULATOR_PEOPLE_H
#define SIMULATOR_PEOPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/span.h"
#include "simulator/nationality.h"

#define WORD_PADDING 32
#define WORD_MAX     100 /* bytes */

struct word {
	uint32_t text;
	uint32_t mail; /* lower case ASCII; of names only */
	uint16_t text_len;
	uint16_t mail_len;
};

struct word_list {
	const struct word *words;
	uint32_t count;
};

enum { PEOPLE_MALE, PEOPLE_FEMALE };

struct nation {
	const struct nationality *def;
	struct word_list title[2]; /* by PEOPLE_MALE, PEOPLE_FEMALE */
	struct word_list first[2];
	struct word_list last;
	struct word_list street;
	struct word_list city;
	struct word_list state;
	const char *phone; /* patterns, as --clean or not wants them */
	const char *cell;
	const char *id_value;
};

/* The people of the parameter `lego`: the United States' names and places, numbers of their own. */
#define NATION_LEGO NATIONALITY_COUNT

struct people {
	bool clean;
	char *text;
	size_t text_len;
	struct word *words;
	size_t word_count;
	struct nation nations[NATIONALITY_COUNT + 1]; /* in nationality_table's order, then lego */
	struct nationality lego;
	/* of no nationality */
	struct word_list adjectives;
	struct word_list animals;
	struct word_list passwords;
};

/* US_FATAL: out of memory, or a list with an entry that cannot be used (err names it). */
enum status people_new(struct people **out, bool clean, struct err *err);
void people_free(struct people *people);

/* The index of a code in any case ("us"), -1: no such nationality. */
int people_nation_index(struct span code);

#endif
