/* time_pattern.c - a pattern's text cut into items. */
#include <ctype.h>
#include <string.h>

#include "sql/time_pattern_state.h"
#include "sql/utf8.h"

#define MOST_DIGITS 19 /* of a number that is not of a fixed width */

const char *const time_month_names[TIME_MONTHS] = {
	"January", "February", "March",     "April",   "May",      "June",
	"July",    "August",   "September", "October", "November", "December"
};
const char *const time_day_names[TIME_DAYS] = { "Monday", "Tuesday",  "Wednesday", "Thursday",
						"Friday", "Saturday", "Sunday" };

/* How many times each letter may stand, in formatting and in reading: bit n - 1 for n times. */
#define TIMES(n) (1U << ((n)-1))
#define UP_TO(n) ((1U << (n)) - 1)
#define YEARS    UP_TO(6)

static const struct {
	char letter;
	unsigned formatted, read;
} letters[] = {
	{ 'y', YEARS, TIMES(1) | TIMES(2) | TIMES(4) },
	{ 'M', UP_TO(4), UP_TO(4) },
	{ 'L', UP_TO(4), 0 },
	{ 'd', UP_TO(2), UP_TO(2) },
	{ 'D', UP_TO(3), 0 },
	{ 'E', UP_TO(4), 0 },
	{ 'Q', UP_TO(4), 0 },
	{ 'q', UP_TO(4), 0 },
	{ 'G', UP_TO(4), 0 },
	{ 'H', UP_TO(2), UP_TO(2) },
	{ 'h', UP_TO(2), UP_TO(2) },
	{ 'K', UP_TO(2), 0 },
	{ 'k', UP_TO(2), 0 },
	{ 'm', UP_TO(2), UP_TO(2) },
	{ 's', UP_TO(2), UP_TO(2) },
	{ 'S', UP_TO(9), UP_TO(9) },
	{ 'a', TIMES(1), TIMES(1) },
	{ 'X', UP_TO(5), UP_TO(3) },
	{ 'x', UP_TO(5), UP_TO(3) },
	{ 'Z', UP_TO(5), 0 },
	{ 'z', UP_TO(4), 0 },
	{ 'V', TIMES(2), 0 },
	{ 'O', TIMES(1) | TIMES(4), 0 },
};

static enum status refuse(struct err *err, const char *what, struct span text, size_t at)
{
	return err_set(err, US_REJECT, EXIT_BAD_CONFIG, "the pattern: %s at \"%.*s\"", what,
		       (int)(text.len - at), text.data + at);
}

/* A run of one letter. */
static enum status add_field(struct time_pattern *pattern, bool reading, struct span text,
			     size_t *at, struct err *err)
{
	struct time_item *item = &pattern->items[pattern->count++];
	size_t start = *at;
	char letter = text.data[start];
	unsigned allowed = 0, count = 0;

	for (; *at < text.len && text.data[*at] == letter; (*at)++)
		count++;
	for (size_t i = 0; i < sizeof(letters) / sizeof(*letters); i++)
		if (letters[i].letter == letter)
			allowed = reading ? letters[i].read : letters[i].formatted;
	if (!allowed)
		return refuse(err,
			      reading ? "a letter that is not known in reading"
				      : "a letter that is not known",
			      text, start);
	if (count > 10 || !(allowed & TIMES(count)))
		return refuse(err, "a letter that does not stand so often", text, start);
	*item = (struct time_item){ .letter = letter, .count = (uint8_t)count };
	if (letter == 'L' || letter == 'q') /* the same in English */
		item->letter = letter == 'L' ? 'M' : 'Q';
	return US_OK;
}

/* What is between single quotes; two of them are one. */
static enum status add_quoted(struct time_pattern *pattern, struct span text, size_t *at,
			      struct err *err)
{
	size_t start = ++*at;

	if (*at < text.len && text.data[*at] == '\'') { /* '' */
		pattern->items[pattern->count++].text = (struct span){ text.data + *at, 1 };
		++*at;
		return US_OK;
	}
	for (; *at < text.len; ++*at) {
		if (text.data[*at] != '\'')
			continue;
		if (*at + 1 == text.len || text.data[*at + 1] != '\'')
			break;
		/* The first of the two belongs to the text, the second is passed over. */
		pattern->items[pattern->count++].text = (struct span){ text.data + start,
								       *at + 1 - start };
		start = ++*at + 1;
	}
	if (*at == text.len)
		return refuse(err, "a quote that is not closed", text, start - 1);
	pattern->items[pattern->count++].text = (struct span){ text.data + start, *at - start };
	++*at;
	return US_OK;
}

static enum status add_item(struct time_pattern *pattern, bool reading, struct span text,
			    size_t *at, struct err *err)
{
	char c = text.data[*at];

	if (isalpha((unsigned char)c))
		return add_field(pattern, reading, text, at, err);
	if (c == '\'' && (!reading || !memmem(text.data, text.len, "''", 2)))
		return add_quoted(pattern, text, at, err);
	if (c && strchr("[]{}#'", c))
		return refuse(err, "a character that is not supported", text, *at);
	pattern->items[pattern->count++].text = (struct span){ text.data + *at, utf8_size(c) };
	*at += utf8_size(c);
	return US_OK;
}

/* ---- reading --------------------------------------------------------------------------------- */

static unsigned times(const struct time_pattern *pattern, char letter)
{
	unsigned n = 0;

	for (size_t i = 0; i < pattern->count; i++)
		n += pattern->items[i].letter == letter ||
		     (letter == 'X' && pattern->items[i].letter == 'x');
	return n;
}

static enum status check_fields(const struct time_pattern *pattern, struct err *err)
{
	static const char fields[] = "yMdHhmsSaX";

	for (const char *p = fields; *p; p++)
		if (times(pattern, *p) > 1)
			return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
				       "the pattern: %c stands for a field twice", *p);
	if (times(pattern, 'H') && (times(pattern, 'h') || times(pattern, 'a')))
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "the pattern: H is of 24 hours, beside h or a");
	return US_OK;
}

static bool is_fixed(const struct time_item *item)
{
	return item->least == item->most;
}

/* How many digits each number takes, and which take those of others into account. */
static void set_widths(struct time_pattern *pattern)
{
	struct time_item *leader = NULL; /* of numbers side by side */

	for (size_t i = 0; i < pattern->count; i++) {
		struct time_item *item = &pattern->items[i];

		if (!time_item_is_number(item)) {
			leader = NULL;
			continue;
		}
		item->least = item->letter == 'S' ? 1 : item->count;
		item->most = item->letter == 'S' || item->count == 2 ? item->count : MOST_DIGITS;
		if (item->letter == 'S' && !is_fixed(item))
			leader = NULL;
		else if (leader && is_fixed(item))
			leader->following = (uint8_t)(leader->following + item->most);
		else
			leader = item;
	}
}

static bool spark_2_knows(const struct time_pattern *pattern)
{
	for (size_t i = 0; i < pattern->count; i++)
		if (pattern->items[i].letter == 'x')
			return false;
	return true;
}

enum status time_pattern_compile(struct span text, bool reading, struct arena *arena,
				 struct time_pattern **out, struct err *err)
{
	/* A quoted text gives an item more than its two quotes at most. */
	struct time_pattern *pattern = arena_calloc(
	    arena, 1, sizeof(*pattern) + (text.len + 1) * sizeof(struct time_item));
	enum status status = US_OK;

	if (!pattern)
		return err_no_memory(err, "reading a pattern of times");
	for (size_t at = 0; at < text.len && status == US_OK;)
		status = add_item(pattern, reading, text, &at, err);
	if (status != US_OK)
		return status;
	if (reading) {
		status = check_fields(pattern, err);
		set_widths(pattern);
		pattern->known_to_spark_2 = spark_2_knows(pattern);
	}
	*out = pattern;
	return status;
}
