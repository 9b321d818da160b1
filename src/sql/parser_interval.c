/*
 * parser_interval.c - INTERVAL literals: INTERVAL 1 DAY 2 HOURS, INTERVAL '1' DAY,
 * INTERVAL '1 day -2 hours', INTERVAL '1-2' YEAR TO MONTH, INTERVAL '1 02:03:04.5' DAY TO SECOND.
 * One is of years and months, or of weeks, days and times, never of both.
 */
#include <stdio.h>
#include <string.h>

#include "sql/parser_state.h"

#define MICROS INT64_C(1000000)

static const struct unit {
	const char *name;
	enum interval_units of;
	int32_t months;
	int64_t micros;
	int64_t most; /* behind a greater unit, in 'a-b' and 'd h:m:s' */
} units[] = {
	{ "year", INTERVAL_MONTHS, 12, 0, 0 },
	{ "month", INTERVAL_MONTHS, 1, 0, 11 },
	{ "week", INTERVAL_DAYS, 0, 7 * 86400 * MICROS, 0 },
	{ "day", INTERVAL_DAYS, 0, 86400 * MICROS, 0 },
	{ "hour", INTERVAL_TIME, 0, 3600 * MICROS, 23 },
	{ "minute", INTERVAL_TIME, 0, 60 * MICROS, 59 },
	{ "second", INTERVAL_TIME, 0, MICROS, 59 },
	{ "millisecond", INTERVAL_TIME, 0, 1000, 0 },
	{ "microsecond", INTERVAL_TIME, 0, 1, 0 },
};

/* One being read. */
struct reading {
	struct sql_interval value;
	bool months, days, time; /* units that occurred */
};

static const struct unit *find_unit(struct span word)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		struct span name = span_of(units[i].name);

		if (name_equal(word, name) ||
		    (word.len == name.len + 1 && (word.data[name.len] | 0x20) == 's' &&
		     name_equal((struct span){ .data = word.data, .len = name.len }, name)))
			return &units[i];
	}
	return NULL;
}

/* Add amount × unit; amount is [+-]digits[.digits], a fraction only of seconds. False: it is none,
 * or too big. */
static bool add_amount(struct reading *reading, struct span amount, const struct unit *unit,
		       int64_t most)
{
	int64_t whole = 0, fraction = 0, scale = unit->micros, part, months;
	bool negative = amount.len > 0 && amount.data[0] == '-';
	size_t i = amount.len > 0 && (negative || amount.data[0] == '+');
	size_t first = i;

	for (; i < amount.len && amount.data[i] >= '0' && amount.data[i] <= '9'; i++) {
		if (__builtin_mul_overflow(whole, 10, &whole) ||
		    __builtin_add_overflow(whole, amount.data[i] - '0', &whole))
			return false;
	}
	if (i == first && (i >= amount.len || amount.data[i] != '.'))
		return false;
	if (i < amount.len && amount.data[i] == '.' && unit->micros == MICROS) {
		for (i++; i < amount.len && amount.data[i] >= '0' && amount.data[i] <= '9'; i++) {
			scale /= 10;
			fraction += (amount.data[i] - '0') * scale;
		}
	}
	if (i < amount.len || whole > most || __builtin_mul_overflow(whole, unit->micros, &part) ||
	    __builtin_add_overflow(part, fraction, &part) ||
	    __builtin_mul_overflow(whole, (int64_t)unit->months, &months))
		return false;
	reading->months |= unit->of == INTERVAL_MONTHS;
	reading->days |= unit->of == INTERVAL_DAYS;
	reading->time |= unit->of == INTERVAL_TIME;
	if (negative) {
		part = -part;
		months = -months;
	}
	return !__builtin_add_overflow(reading->value.micros, part, &reading->value.micros) &&
	       !__builtin_add_overflow(reading->value.months, months, &reading->value.months);
}

/* The next run of characters that are (not) blanks, signs, colons. Advances *text. */
static struct span next_piece(struct span *text, const char *ends)
{
	struct span piece;
	size_t i = 0;

	while (text->len && *text->data == ' ') {
		text->data++;
		text->len--;
	}
	while (i < text->len && text->data[i] != ' ' && !(i > 0 && strchr(ends, text->data[i])))
		i++;
	piece = (struct span){ .data = text->data, .len = i };
	text->data += i;
	text->len -= i;
	return piece;
}

/* '1 day -2 hours' */
static bool read_units_text(struct span text, struct reading *reading)
{
	size_t pieces = 0;

	for (;; pieces++) {
		struct span amount = next_piece(&text, ""), word;
		const struct unit *unit;

		if (amount.len == 0)
			return pieces > 0;
		if (pieces == 0 && name_equal(amount, SPAN_LITERAL("interval")))
			amount = next_piece(&text, "");
		word = next_piece(&text, "");
		unit = find_unit(word);
		if (!unit || !add_amount(reading, amount, unit, INT64_MAX))
			return false;
	}
}

/* 'a-b' of two units, or 'd h:m:s' of a run of them: the parts between the units' separators. */
static bool read_range_text(struct span text, const struct unit *from, const struct unit *to,
			    struct reading *reading)
{
	bool negative = text.len > 0 && text.data[0] == '-';

	if (text.len > 0 && (negative || text.data[0] == '+')) {
		text.data++;
		text.len--;
	}
	for (const struct unit *unit = from;; unit++) {
		struct span piece;

		if (strcmp(unit->name, "week") == 0)
			continue;
		piece = next_piece(&text, "-:");
		if (!piece.len || piece.data[0] == '-' ||
		    !add_amount(reading, piece, unit, unit == from ? INT64_MAX : unit->most))
			return false;
		if (unit == to)
			break;
		if (text.len == 0)
			return false;
		text.data++;
		text.len--;
	}
	if (negative)
		reading->value = (struct sql_interval){ .months = -reading->value.months,
							.micros = -reading->value.micros };
	return text.len == 0;
}

/* 1, '1 day', with a sign before it that turns the whole over. */
static struct span take_amount(struct parser *parser, bool *negative)
{
	const struct token *token = parser_peek(parser);

	*negative = token_is_symbol(token, "-");
	if (*negative || token_is_symbol(token, "+"))
		token = parser_peek_at(parser, 1);
	if (token->kind != TOKEN_NUMBER && token->kind != TOKEN_STRING)
		return SPAN_NULL;
	parser->pos += token == parser_peek(parser) ? 1 : 2;
	return token->value;
}

static void turn_over(struct reading *reading)
{
	reading->value.months = -reading->value.months;
	reading->value.micros = -reading->value.micros;
}

static const struct unit *take_unit(struct parser *parser)
{
	const struct token *token = parser_peek(parser);
	const struct unit *unit = token->kind == TOKEN_NAME ? find_unit(token->value) : NULL;

	if (unit)
		parser->tokens[parser->pos++].keyword = true;
	return unit;
}

bool parser_at_interval(const struct parser *parser)
{
	const struct token *next = parser_peek_at(parser, 1);
	bool sign = token_is_symbol(next, "-") || token_is_symbol(next, "+");
	const struct token *amount = sign ? parser_peek_at(parser, 2) : next;
	const struct token *unit = parser_peek_at(parser, 3);

	return parser_at_word(parser, "interval") &&
	       (amount->kind == TOKEN_NUMBER || amount->kind == TOKEN_STRING) &&
	       (!sign || (unit->kind == TOKEN_NAME && find_unit(unit->value)));
}

/* One amount and its units. False: it is none. *more: another may follow. */
static bool parse_amount(struct parser *parser, struct span amount, struct reading *reading,
			 bool *more)
{
	const struct unit *unit = take_unit(parser), *to;

	*more = false;
	if (!unit)
		return read_units_text(amount, reading);
	if (parser_take_word(parser, "to")) {
		to = take_unit(parser);
		return to && to > unit && to->most && read_range_text(amount, unit, to, reading) &&
		       (unit->of == INTERVAL_MONTHS) == (to->of == INTERVAL_MONTHS);
	}
	*more = true;
	return add_amount(reading, amount, unit, INT64_MAX);
}

static bool read_interval(struct parser *parser, struct reading *reading)
{
	bool good = true, any = false, more = true;

	while (good && more) {
		struct reading part = { .months = false };
		bool negative;
		struct span amount = take_amount(parser, &negative);

		if (!amount.data)
			break;
		any = true;
		good = parse_amount(parser, amount, &part, &more);
		if (negative)
			turn_over(&part);
		reading->months |= part.months;
		reading->days |= part.days;
		reading->time |= part.time;
		good = good &&
		       !__builtin_add_overflow(reading->value.months, part.value.months,
					       &reading->value.months) &&
		       !__builtin_add_overflow(reading->value.micros, part.value.micros,
					       &reading->value.micros);
	}
	return good && any;
}

struct ast *parse_interval(struct parser *parser, const struct token *word)
{
	struct reading reading = { .months = false };
	bool good = read_interval(parser, &reading);
	bool mixed = reading.months && (reading.days || reading.time);
	struct ast *node;

	if (!good || mixed) {
		parser_error(
		    parser, word->start, parser_last_end(parser) - word->start,
		    mixed
			? "add one after the other: born + INTERVAL 1 MONTH + INTERVAL 1 DAY"
			: "INTERVAL 1 DAY, INTERVAL '1 day 2 hours', INTERVAL '1-2' YEAR TO MONTH",
		    mixed ? "an INTERVAL is of years and months, or of days and times"
			  : "this is no interval");
		return NULL;
	}
	node = ast_new(parser, AST_INTERVAL, word->start);
	if (node) {
		node->interval = reading.value;
		node->type = SQL_TYPE(SQL_INTERVAL);
		node->type.precision = reading.months ? INTERVAL_MONTHS
				       : reading.time ? INTERVAL_TIME
						      : INTERVAL_DAYS;
	}
	return node;
}
