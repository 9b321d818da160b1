/*
 * option_value.c - reads values by the kind of their option.
 */
#include "core/option_value.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/diag.h"

struct unit {
	const char *name;
	int64_t factor;
};

/* The first unit of each list is the one of a bare number; a list is ordered for printing. */
static const struct unit duration_units[] = {
	{ "", 1000 }, { "d", 86400000 }, { "h", 3600000 }, { "m", 60000 },      { "s", 1000 },
	{ "ms", 1 },  { "min", 60000 },  { "sec", 1000 },  { "days", 86400000 }
};
static const struct unit size_units[] = {
	{ "", 1 },
	{ "T", INT64_C(1) << 40 },
	{ "G", INT64_C(1) << 30 },
	{ "M", INT64_C(1) << 20 },
	{ "k", INT64_C(1) << 10 },
	{ "B", 1 },
	{ "kB", INT64_C(1) << 10 },
	{ "MB", INT64_C(1) << 20 },
	{ "GB", INT64_C(1) << 30 },
	{ "TB", INT64_C(1) << 40 },
	{ "KiB", INT64_C(1) << 10 },
	{ "MiB", INT64_C(1) << 20 },
	{ "GiB", INT64_C(1) << 30 },
	{ "TiB", INT64_C(1) << 40 },
};
#define UNITS(list) (list), sizeof(list) / sizeof(*(list))

bool value_integer(const char *text, int64_t *out)
{
	char *end;
	long long number;

	if (!isdigit((unsigned char)text[text[0] == '-']))
		return false;
	errno = 0;
	number = strtoll(text, &end, 10);
	if (*end || errno)
		return false;
	*out = number;
	return true;
}

/* digits [. digits] unit, exactly: no floating point. */
static bool number_with_unit(const char *text, const struct unit *units, size_t count, int64_t *out)
{
	const char *c = text;
	int64_t whole = 0, fraction = 0, scale = 1, total;

	if (!isdigit((unsigned char)*c))
		return false;
	for (; isdigit((unsigned char)*c); c++)
		if (__builtin_mul_overflow(whole, 10, &whole) ||
		    __builtin_add_overflow(whole, *c - '0', &whole))
			return false;
	if (*c == '.') {
		if (!isdigit((unsigned char)*++c))
			return false;
		for (; isdigit((unsigned char)*c); c++) {
			if (scale > 100000)
				continue;
			fraction = fraction * 10 + (*c - '0');
			scale *= 10;
		}
	}
	while (*c == ' ')
		c++;
	for (size_t i = 0; i < count; i++) {
		if (strcasecmp(c, units[i].name) != 0)
			continue;
		if (__builtin_mul_overflow(whole, units[i].factor, &total) ||
		    __builtin_mul_overflow(fraction, units[i].factor, &fraction) ||
		    __builtin_add_overflow(total, fraction / scale, &total))
			return false;
		*out = total;
		return true;
	}
	return false;
}

bool value_duration_ms(const char *text, int64_t *out)
{
	return number_with_unit(text, UNITS(duration_units), out);
}

bool value_size(const char *text, int64_t *out)
{
	return number_with_unit(text, UNITS(size_units), out);
}

bool value_bool(const char *text, bool *out)
{
	static const char *const words[][2] = {
		{ "true", "false" }, { "1", "0" }, { "yes", "no" }, { "on", "off" }
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		for (int k = 0; k < 2; k++) {
			if (strcasecmp(text, words[i][k]) == 0) {
				*out = k == 0;
				return true;
			}
		}
	}
	return false;
}

struct span choice_at(const char *choices, size_t i)
{
	for (; i > 0; i--) {
		choices = strchr(choices, '|');
		if (!choices)
			return SPAN_NULL;
		choices++;
	}
	return (struct span){ .data = choices, .len = strcspn(choices, "|") };
}

bool value_choice(const char *text, const char *choices, int64_t *out)
{
	size_t len = strlen(text);

	for (size_t i = 0;; i++) {
		struct span choice = choice_at(choices, i);

		if (!choice.data)
			return false;
		if (choice.len == len && strncasecmp(choice.data, text, len) == 0) {
			*out = (int64_t)i;
			return true;
		}
	}
}

struct span choice_nearest(const char *text, const char *choices)
{
	const char *candidates[16], *near;
	char copy[256];
	size_t count = 0;

	if (snprintf(copy, sizeof(copy), "%s", choices) >= (int)sizeof(copy))
		return SPAN_NULL;
	for (char *choice = copy, *next; choice && count < 16; choice = next) {
		next = strchr(choice, '|');
		if (next)
			*next++ = '\0';
		candidates[count++] = choice;
	}
	near = suggest(span_of(text), candidates, count);
	return near ? (struct span){ choices + (near - copy), strlen(near) } : SPAN_NULL;
}

/* A number in the largest unit that leaves no rest. */
static void append_in_units(struct buf *out, int64_t number, const struct unit *units)
{
	for (size_t i = 1; i <= 5; i++) {
		if (number && number % units[i].factor == 0) {
			buf_printf(out, "%" PRId64 "%s", number / units[i].factor, units[i].name);
			return;
		}
	}
	buf_printf(out, "%" PRId64, number);
}

static void append_number(struct buf *out, const struct option *option, int64_t number)
{
	if (option->kind == OPTION_DURATION)
		append_in_units(out, number, duration_units);
	else if (option->kind == OPTION_SIZE && number % 1024 == 0)
		append_in_units(out, number, size_units);
	else
		buf_printf(out, "%" PRId64, number);
}

static void append_expected(struct buf *out, const struct option *option)
{
	switch (option->kind) {
	case OPTION_BOOL:
		buf_append_text(out, "true or false");
		return;
	case OPTION_CHOICE:
		buf_append_text(out, "one of ");
		for (size_t i = 0; choice_at(option->choices, i).data; i++) {
			if (i)
				buf_append_text(out, ", ");
			buf_append_span(out, choice_at(option->choices, i));
		}
		return;
	case OPTION_INTEGER:
		buf_append_text(out, "a whole number");
		break;
	case OPTION_DURATION:
		buf_append_text(out, "a duration (250ms, 5s, 2m, 1h, 7d)");
		break;
	case OPTION_SIZE:
		buf_append_text(out, "a size (4096, 64k, 64M, 2G)");
		break;
	case OPTION_TEXT:
	case OPTION_LIST:
		return;
	}
	if (option->max == INT64_MAX)
		buf_printf(out, ", at least %" PRId64, option->min);
	else {
		buf_append_text(out, " from ");
		append_number(out, option, option->min);
		buf_append_text(out, " to ");
		append_number(out, option, option->max);
	}
}

bool value_read(const struct option *option, const char *text, int64_t *number,
		struct buf *expected)
{
	bool ok = false, truth = false;

	*number = 0;
	switch (option->kind) {
	case OPTION_TEXT:
	case OPTION_LIST:
		return true;
	case OPTION_BOOL:
		ok = value_bool(text, &truth);
		*number = truth;
		break;
	case OPTION_CHOICE:
		ok = value_choice(text, option->choices, number);
		break;
	case OPTION_INTEGER:
	case OPTION_DURATION:
	case OPTION_SIZE:
		if (option->min == 0 && strcasecmp(text, "none") == 0)
			return true;
		ok = option->kind == OPTION_INTEGER    ? value_integer(text, number)
		     : option->kind == OPTION_DURATION ? value_duration_ms(text, number)
						       : value_size(text, number);
		ok = ok && *number >= option->min && *number <= option->max;
		break;
	}
	if (!ok)
		append_expected(expected, option);
	return ok;
}
