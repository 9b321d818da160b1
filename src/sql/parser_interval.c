/*
 * parser_interval.c - INTERVAL literals: INTERVAL 1 DAY 2 HOURS, INTERVAL '1' DAY,
 * INTERVAL '1 day -2 hours', INTERVAL '1-2' YEAR TO MONTH, INTERVAL '1 02:03:04.5' DAY TO SECOND.
 */
#include <stdio.h>
#include <string.h>

#include "sql/parser_state.h"

#define MICROS INT64_C(1000000)

static const struct unit {
	const char *name;
	int32_t months;
	int32_t days;
	int64_t micros;
} units[] = {
	{ "year", 12, 0, 0 },
	{ "month", 1, 0, 0 },
	{ "week", 0, 7, 0 },
	{ "day", 0, 1, 0 },
	{ "hour", 0, 0, 3600 * MICROS },
	{ "minute", 0, 0, 60 * MICROS },
	{ "second", 0, 0, MICROS },
	{ "millisecond", 0, 0, 1000 },
	{ "microsecond", 0, 0, 1 },
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
static bool add_amount(struct sql_interval *interval, struct span amount, const struct unit *unit)
{
	int64_t whole = 0, fraction = 0, scale = unit->micros, part;
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
	if (i < amount.len || __builtin_mul_overflow(whole, unit->micros, &part) ||
	    __builtin_add_overflow(part, fraction, &part) || (!unit->micros && whole > INT32_MAX))
		return false;
	if (negative) {
		part = -part;
		whole = -whole;
	}
	return !__builtin_add_overflow(interval->micros, part, &interval->micros) &&
	       !__builtin_add_overflow(interval->months, whole * unit->months, &interval->months) &&
	       !__builtin_add_overflow(interval->days, whole * unit->days, &interval->days);
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
static bool read_units_text(struct span text, struct sql_interval *interval)
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
		if (!unit || !add_amount(interval, amount, unit))
			return false;
	}
}

/* 'a-b' of two units, or 'd h:m:s' of a run of them: the parts between the units' separators. */
static bool read_range_text(struct span text, const struct unit *from, const struct unit *to,
			    struct sql_interval *interval)
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
		if (!piece.len || piece.data[0] == '-' || !add_amount(interval, piece, unit))
			return false;
		if (unit == to)
			break;
		if (text.len == 0)
			return false;
		text.data++;
		text.len--;
	}
	if (negative)
		*interval = (struct sql_interval){ .months = -interval->months,
						   .days = -interval->days,
						   .micros = -interval->micros };
	return text.len == 0;
}

static struct span take_amount(struct parser *parser)
{
	bool negative = parser_take_symbol(parser, "-");
	const struct token *token = parser_peek(parser);
	char *text;

	if (token->kind != TOKEN_NUMBER && (token->kind != TOKEN_STRING || negative))
		return SPAN_NULL;
	parser->pos++;
	if (!negative)
		return token->value;
	text = arena_printf(parser->arena, "-%.*s", (int)token->value.len, token->value.data);
	if (!text)
		parser->no_memory = true;
	return span_of(text);
}

static const struct unit *take_unit(struct parser *parser)
{
	const struct token *token = parser_peek(parser);
	const struct unit *unit = token->kind == TOKEN_NAME ? find_unit(token->value) : NULL;

	if (unit)
		parser->tokens[parser->pos++].keyword = true;
	return unit;
}

struct ast *parse_interval(struct parser *parser, const struct token *word)
{
	struct sql_interval interval = { 0 };
	bool good = true, any = false;
	struct ast *node;

	while (good) {
		struct span amount = take_amount(parser);
		const struct unit *unit, *to;

		if (!amount.data)
			break;
		any = true;
		unit = take_unit(parser);
		if (!unit) {
			good = read_units_text(amount, &interval);
			break;
		}
		if (parser_take_word(parser, "to")) {
			to = take_unit(parser);
			good = to && to > unit && (unit->months != 0) == (to->months != 0) &&
			       read_range_text(amount, unit, to, &interval);
			break;
		}
		good = add_amount(&interval, amount, unit);
	}
	if (parser->no_memory)
		return NULL;
	if (!good || !any) {
		parser_error(
		    parser, word->start, parser_last_end(parser) - word->start,
		    "INTERVAL 1 DAY, INTERVAL '1 day 2 hours', INTERVAL '1-2' YEAR TO MONTH",
		    "this is no interval");
		return NULL;
	}
	node = ast_new(parser, AST_INTERVAL, word->start);
	if (node)
		node->interval = interval;
	return node;
}
