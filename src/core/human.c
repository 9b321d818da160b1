/*
 * human.c - formatting for people. No locale: a dot for decimals, a comma for thousands.
 */
#include "core/human.h"

#include <inttypes.h>
#include <stdio.h>

void human_count(struct buf *out, int64_t number)
{
	char digits[32];
	int len = snprintf(digits, sizeof(digits), "%" PRIu64,
			   number < 0 ? -(uint64_t)number : (uint64_t)number);

	if (number < 0)
		buf_append_char(out, '-');
	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			buf_append_char(out, ',');
		buf_append_char(out, digits[i]);
	}
}

/* Three significant digits, none of them after the dot lost to rounding up. */
static void append_three_digits(struct buf *out, double value)
{
	buf_printf(out, "%.*f", value < 9.995 ? 2 : value < 99.95 ? 1 : 0, value);
}

void human_bytes(struct buf *out, int64_t bytes)
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB", "PiB" };
	double value = (double)bytes / 1024;
	size_t unit = 0;

	if (bytes < 1024) {
		buf_printf(out, "%" PRId64 " B", bytes);
		return;
	}
	for (; value >= 1023.5 && unit + 1 < sizeof(units) / sizeof(*units); unit++)
		value /= 1024;
	append_three_digits(out, value);
	buf_printf(out, " %s", units[unit]);
}

void human_duration_us(struct buf *out, int64_t us)
{
	int64_t seconds = us / 1000000;

	if (us < 1000) {
		buf_printf(out, "%" PRId64 " µs", us);
	} else if (us < 999500) {
		append_three_digits(out, (double)us / 1e3);
		buf_append_text(out, " ms");
	} else if (seconds < 60) {
		append_three_digits(out, (double)us / 1e6);
		buf_append_text(out, " s");
	} else if (seconds < 3600) {
		buf_printf(out, "%" PRId64 " min %02" PRId64 " s", seconds / 60, seconds % 60);
	} else {
		buf_printf(out, "%" PRId64 " h %02" PRId64 " min", seconds / 3600,
			   seconds / 60 % 60);
	}
}

void human_rate(struct buf *out, int64_t number, int64_t us)
{
	double rate = us > 0 ? (double)number * 1e6 / (double)us : 0;

	if (rate >= 10 || rate == 0)
		human_count(out, (int64_t)(rate + 0.5));
	else
		buf_printf(out, "%.1f", rate);
	buf_append_text(out, "/s");
}

void human_bar(struct buf *out, int64_t done, int64_t total, int cells)
{
	int inner = cells - 2;
	int filled = total > 0 ? (int)((double)done / (double)total * inner) : 0;

	buf_append_char(out, '[');
	for (int i = 0; i < inner; i++)
		buf_append_char(out, i < filled ? '#' : '.');
	buf_append_char(out, ']');
}
