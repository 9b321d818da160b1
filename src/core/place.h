/*
 * place.h - a place in a log as a person writes it: "earliest", "latest", an offset (1200), or a
 * time in UTC (2026-01-31, 2026-01-31T10:00, 2026-01-31 10:00:00.25Z). For --from and for `log
 * trim`.
 */
#ifndef CORE_PLACE_H
#define CORE_PLACE_H

#include <stdbool.h>
#include <stdint.h>

enum place_kind { PLACE_EARLIEST, PLACE_LATEST, PLACE_OFFSET, PLACE_TIME };

struct place {
	enum place_kind kind;
	int64_t value; /* the offset; the time in microseconds since 1970; else 0 */
};

/* False: the text is none of these; *out is undefined then. */
bool place_read(const char *text, struct place *out);

#endif
