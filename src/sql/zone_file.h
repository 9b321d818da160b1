/*
 * zone_file.h - a time zone's rules from the system's database (/usr/share/zoneinfo): files in the
 * format of RFC 8536, with a rule for the years behind the last transition.
 */
#ifndef SQL_ZONE_FILE_H
#define SQL_ZONE_FILE_H

#include <stddef.h>
#include <stdint.h>

struct zone_rules; /* immutable */

/* `directory` NULL: the system's. NULL when there is no such file, it is damaged, or out of memory.
 */
struct zone_rules *zone_rules_load(const char *directory, const char *name);
/* The content of such a file, which is changed. NULL as above. */
struct zone_rules *zone_rules_parse(unsigned char *data, size_t size);
void zone_rules_free(struct zone_rules *rules);

/* Seconds to be added to UTC, at an instant in seconds since 1970. */
int32_t zone_offset_at(const struct zone_rules *rules, int64_t utc);
/* The same for a wall time: in a gap and in an overlap, the offset before it. */
int32_t zone_offset_of_local(const struct zone_rules *rules, int64_t local);

#endif
