/*
 * time_zone.h - time zones by the names Java knows: offsets (+01:00, UTC+1, Z), the IANA database,
 * and Java's short ids (PST).
 */
#ifndef SQL_TIME_ZONE_H
#define SQL_TIME_ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/span.h"

struct time_zones; /* the zones met so far. Not thread safe */
struct zone_rules; /* zone_file.h */

/* NULL: out of memory. */
struct time_zones *time_zones_new(void);
void time_zones_free(struct time_zones *zones);

/* A zone: a fixed offset, or an entry of `zones` (good until that is freed or forgets it: use it at
 * once). */
struct time_zone {
	int32_t offset_seconds;         /* where both of these are NULL */
	const struct zone_rules *rules; /* from the system's database */
	void *calendar;                 /* from ICU */
};

/* By Spark's rules for names (h:mm is taken too). False: there is no such zone. */
bool time_zone_find(struct time_zones *zones, struct span name, struct time_zone *out);
/* The instant of a wall time, both in microseconds since 1970. In a gap, later by the gap; in an
 * overlap, the earlier instant, as Java has it. False: out of range. */
bool time_zone_to_utc(const struct time_zone *zone, int64_t local, int64_t *utc);
bool time_zone_from_utc(const struct time_zone *zone, int64_t utc, int64_t *local);

#endif
