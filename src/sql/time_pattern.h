/*
 * time_pattern.h - the patterns of date_format, to_timestamp and their kin ('yyyy-MM-dd HH:mm:ss'):
 * Java's DateTimeFormatter as Spark sets it up, in English and UTC.
 *
 *   letter  formatted               read
 *   y       y to yyyyyy             y yy yyyy    (a year of 4 digits and more, negative ones too)
 *   M L     M MM MMM MMMM           M MM MMM MMMM (not L)
 *   d       d dd                    d dd
 *   D       D DD DDD
 *   E       E EE EEE EEEE
 *   Q q     Q QQ QQQ QQQQ
 *   G       G GG GGG GGGG
 *   H h K k, m, s: one or two       H h, m, s: one or two
 *   S       S to SSSSSSSSS          as many digits at most
 *   a       a                       a
 *   X x     one to five             X XX XXX x xx xxx
 *   Z z V O Z to ZZZZZ, z to zzzz, VV, O, OOOO
 *
 * Other letters are refused, and so are, in reading, a field that comes twice and a 24-hour field
 * beside a. What is no letter stands for itself, and so does what is between single quotes.
 */
#ifndef SQL_TIME_PATTERN_H
#define SQL_TIME_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/span.h"

struct time_pattern; /* immutable */

/* *out lives in the arena and needs `text` as long. US_REJECT: no pattern, or one that is not
 * known; US_FATAL: out of memory. */
enum status time_pattern_compile(struct span text, bool reading, struct arena *arena,
				 struct time_pattern **out, struct err *err);

/* Bytes that time_pattern_format writes at most. */
size_t time_pattern_room(const struct time_pattern *pattern);
/* Returns the length. */
size_t time_pattern_format(const struct time_pattern *pattern, int64_t micros, char *out);

enum time_read {
	TIME_READ,
	TIME_NONE, /* not a time of this pattern: NULL */
	/* Spark's query fails: it finds that Spark 2 would have read it, or the year is beyond a
	 * TIMESTAMP. */
	TIME_FAILS
};
enum time_read time_pattern_read(const struct time_pattern *pattern, struct span text,
				 int64_t *micros);

#endif
