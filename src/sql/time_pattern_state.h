/* time_pattern_state.h - a compiled pattern, for time_pattern*.c. */
#ifndef SQL_TIME_PATTERN_STATE_H
#define SQL_TIME_PATTERN_STATE_H

#include "sql/time_pattern.h"

struct time_item {
	char letter; /* y M d D E Q G H h K k m s S a X x Z z V O; 0: `text` */
	uint8_t count;
	struct span text;
	/* In reading, of a number: digits at least and at most, and those of the fixed numbers that
	 * follow without anything between. */
	uint8_t least, most, following;
};

struct time_pattern {
	size_t count;
	bool known_to_spark_2; /* SimpleDateFormat takes the pattern */
	struct time_item items[];
};

enum { TIME_MONTHS = 12, TIME_DAYS = 7 };
extern const char *const time_month_names[TIME_MONTHS];
extern const char *const time_day_names[TIME_DAYS]; /* from Monday */

/* A number rather than a name: y, M, MM, d, H, ... */
static inline bool time_item_is_number(const struct time_item *item)
{
	return item->letter && item->letter != 'a' && item->letter != 'X' && item->letter != 'x' &&
	       !(item->letter == 'M' && item->count > 2);
}

/* Whether two characters are the same to Java, cases aside. (time_pattern_read.c) */
bool time_same_letter(uint32_t a, uint32_t b);
/*
 * The month whose name begins at `p`; *p moves behind it. `count` 3: the short name, 4: the full
 * one, 0: whichever is longer. 0: none. (time_pattern_read.c)
 */
unsigned time_match_month(const char **p, const char *end, unsigned count);
/* 0: AM, 1: PM, -1: none. */
int time_match_half(const char **p, const char *end);

/* Whether SimpleDateFormat, not lenient, reads a time at the beginning of the text.
 * (time_pattern_legacy.c) */
bool time_pattern_legacy_reads(const struct time_pattern *pattern, struct span text);

#endif
