/* rooms: sql core */
/*
 * Everything that reads a text as a value: numbers, DECIMAL, BOOLEAN, DATE, TIMESTAMP; and what
 * writes them: a value that was read is written, read again, and must be the same.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sql/cast.h"
#include "sql/decimal.h"
#include "sql/double_parse.h"
#include "sql/double_text.h"
#include "sql/time_text.h"
#include "sql/time_zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_double(struct span text, struct arena *arena)
{
	char out[DOUBLE_TEXT_MAX];
	double value, again;

	if (double_parse(text, arena, &value) != DOUBLE_PARSED)
		return;
	if (double_parse((struct span){ out, double_format(value, out) }, arena, &again) !=
	    DOUBLE_PARSED)
		abort();
	if (!(isnan(value) && isnan(again)) && value != again)
		abort();
}

static void read_decimal(struct span text)
{
	static const struct sql_type types[] = {
		{ .kind = SQL_DECIMAL, .precision = 10, .scale = 2 },
		{ .kind = SQL_DECIMAL, .precision = 38, .scale = 18 },
		{ .kind = SQL_DECIMAL, .precision = 38, .scale = 38 },
		{ .kind = SQL_DECIMAL, .precision = 38, .scale = 0 },
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		char out[DECIMAL_TEXT_MAX];
		int128 value, again;

		if (!decimal_parse(text, types[i], &value))
			continue;
		(void)decimal_to_double(value, types[i].scale);
		if (!decimal_parse((struct span){ out, decimal_format(value, types[i].scale, out) },
				   types[i], &again) ||
		    again != value)
			abort();
	}
}

static void read_time(struct span text, struct time_zones *zones)
{
	char out[TIME_TEXT_MAX];
	int64_t micros, micros_again;
	int32_t days, days_again;

	if (time_parse_date(text, &days)) {
		struct span written = { out, time_format_date(days, out) };

		if (!time_parse_date(written, &days_again) || days_again != days)
			abort();
	}
	if (time_parse_timestamp(text, zones, &micros)) {
		struct span written = { out, time_format_timestamp(micros, out) };

		if (!time_parse_timestamp(written, zones, &micros_again) || micros_again != micros)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct time_zones *zones = time_zones_new();
	char *copy = malloc(size + 1); /* no byte behind the text may be read */
	struct span text = { copy, size };
	struct arena arena;
	int64_t wide;
	int32_t narrow;
	bool truth;

	if (!copy || !zones)
		abort();
	memcpy(copy, data, size);
	arena_init(&arena, 256, 16 << 20);
	for (size_t i = 0; i < size; i++)
		if (copy[i] &
		    0x80) /* texts are UTF-8; digits of other scripts are tested elsewhere */
			copy[i] = '0';
	(void)text_to_boolean(text, &truth);
	(void)text_to_int32(text, &narrow);
	(void)text_to_int64(text, &wide);
	read_double(text, &arena);
	read_decimal(text);
	read_time(text, zones);
	arena_release(&arena);
	time_zones_free(zones);
	free(copy);
	return 0;
}
