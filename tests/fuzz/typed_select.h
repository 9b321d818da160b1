/*
 * typed_select.h - bytes to a SELECT whose expressions fit by their types, over fields that bytes
 * give values. The same bytes give the same SELECT, with the fields in it or, for one record, with
 * their values as literals.
 */
#ifndef FUZZ_TYPED_SELECT_H
#define FUZZ_TYPED_SELECT_H

#include "typed_leaf.h"

#define MAX_DEPTH 4
#define MAX_ARGS  6

static inline void write_typed(struct generator *generator, struct sql_type type, int depth);

/* "(?= + ?=)": a pattern with an operand at each "?": of the form's own kind, or of the letter's.
 */
static inline void write_form(struct generator *generator, const char *form, struct sql_type own,
			      int depth)
{
	static const char letters[] = "siljnbdty"; /* as `kinds` */

	for (; *form; form++) {
		const char *letter = *form == '?' ? strchr(letters, form[1]) : NULL;

		if (*form != '?') {
			buf_append_char(generator->out, *form);
			continue;
		}
		write_typed(generator, letter ? kinds[letter - letters] : own, depth + 1);
		form++;
	}
}

/* s STRING, i INT, l BIGINT, j DOUBLE, n DECIMAL, b BOOLEAN, d DATE, t TIMESTAMP, y BINARY. */
static inline const char *choose_form(struct bytes *bytes, struct sql_type type)
{
	static const char *const any[] = {
		"CASE WHEN ?b THEN ?= WHEN ?b THEN ?= ELSE ?= END",
		"CASE ?s WHEN ?s THEN ?= END",
		"coalesce(?=, ?=)",
		"if(?b, ?=, ?=)",
		"nullif(?=, ?=)",
		"nvl2(?s, ?=, ?=)",
		"nvl(?=, ?=)",
	};
	static const char *const booleans[] = {
		"(?b AND ?b)",
		"(?b OR ?b)",
		"(NOT ?b)",
		"(?i < ?j)",
		"(?s = ?s)",
		"(?n >= ?l)",
		"(?d <> ?t)",
		"(?j <=> ?j)",
		"(?s IN (?s, ?s, 'a'))",
		"(?i NOT IN (?i, 2))",
		"(?j BETWEEN ?i AND ?n)",
		"(?s IS NULL)",
		"(?b IS NOT TRUE)",
		"(?s LIKE '%a_')",
		"(?s LIKE ?s)",
		"(?s ILIKE 'A\\_%')",
		"(?s RLIKE '^[a-z]+$')",
		"(?y = ?y)",
		"(?t < ?t)",
		"(?s < ?i)",
	};
	static const char *const numbers[] = { "(?= + ?=)", "(?= - ?=)",        "(?= * ?=)",
					       "(?= % ?=)", "(- ?=)",           "abs(?=)",
					       "(?= + ?i)", "greatest(?=, ?=)", "least(?=, ?=)" };
	static const char *const texts[] = {
		"(?s || ?s)",         "trim(BOTH 'a' FROM ?s)", "substring(?s FROM ?i FOR ?i)",
		"split(?s, ',')[?i]", "TRY_CAST(?j AS STRING)", "CAST(?i / ?n AS STRING)"
	};
	static const char *const dates[] = { "(?= + INTERVAL '1' MONTH)", "(?= - INTERVAL '3' DAY)",
					     "(?= - INTERVAL 13 MONTH)", "greatest(?=, ?=)" };
	static const char *const times[] = { "(?= + INTERVAL '1' MONTH)", "(?= - INTERVAL '3' DAY)",
					     "(?= - INTERVAL '1:2:3' HOUR TO SECOND)",
					     "date_trunc('week', ?t)" };

	if (take(bytes) % 2 == 0)
		return AMONG(any, take(bytes));
	switch (type.kind) {
	case SQL_BOOLEAN:
		return AMONG(booleans, take(bytes));
	case SQL_INT:
	case SQL_BIGINT:
	case SQL_DOUBLE:
	case SQL_DECIMAL:
		return AMONG(numbers, take(bytes));
	case SQL_STRING:
		return AMONG(texts, take(bytes));
	case SQL_DATE:
		return AMONG(dates, take(bytes));
	case SQL_TIMESTAMP:
		return AMONG(times, take(bytes));
	default:
		return AMONG(any, take(bytes));
	}
}

/* A call of any function, with arguments of types that it takes. False, with nothing written: none
 * were found. */
static inline bool write_call(struct generator *generator, int depth, struct sql_type *result)
{
	struct bytes *bytes = &generator->bytes;
	unsigned pick = take(bytes) << 8 | take(bytes);
	const struct function *function = function_at(pick % function_count());
	size_t count = function->min_args;
	struct sql_type args[MAX_ARGS], want[MAX_ARGS];
	const char *why = NULL;
	bool fits = false;

	if (count < function->max_args && count < MAX_ARGS)
		count += take(bytes) % 2;
	if (count > MAX_ARGS)
		return false;
	for (int attempt = 0; attempt < 8 && !fits; attempt++) {
		for (size_t i = 0; i < count; i++)
			args[i] = AMONG(kinds, attempt < 7 ? take(bytes) : 0);
		fits = function->resolve(args, count, want, result, &why);
	}
	if (!fits)
		return false;
	buf_printf(generator->out, "%s(", function->name);
	for (size_t i = 0; i < count; i++) {
		buf_append_text(generator->out, i ? ", " : "");
		if (i > 0 && take(bytes) % 2)
			write_constant(generator, args[i]);
		else
			write_typed(generator, args[i], depth + 1);
	}
	buf_append_char(generator->out, ')');
	return true;
}

/* An expression that is of the type, or by a CAST becomes so. */
static inline void write_typed(struct generator *generator, struct sql_type type, int depth)
{
	unsigned choice = take(&generator->bytes) % 8;
	struct sql_type result;
	size_t start = generator->out->len;
	char name[32];

	if (depth >= MAX_DEPTH || choice < 2 || generator->nodes-- <= 0) {
		write_leaf(generator, type);
		return;
	}
	if (choice < 4) {
		write_form(generator, choose_form(&generator->bytes, type), type, depth);
		return;
	}
	buf_append_text(generator->out, "CAST(");
	if (write_call(generator, depth, &result) && type.kind != SQL_ARRAY &&
	    cast_is_possible(result, type)) {
		buf_printf(generator->out, " AS %s)", sql_type_text(type, name, sizeof(name)));
		return;
	}
	generator->out->len = start;
	write_leaf(generator, type);
}

/* SELECT x AS a, y AS b [FROM STREAM s [WHERE z]]: what is over a record's values reads no field.
 */
static inline void write_select(struct bytes bytes, const struct field *values, struct buf *out)
{
	struct generator generator = { .bytes = bytes, .out = out, .values = values, .nodes = 24 };
	struct bytes *from = &generator.bytes;

	buf_append_text(out, "SELECT ");
	write_typed(&generator, AMONG(kinds, take(from)), 0);
	buf_append_text(out, " AS a, ");
	write_typed(&generator, AMONG(kinds, take(from)), 0);
	buf_append_text(out, " AS b FROM STREAM s");
	if (take(from) % 4 == 1) {
		buf_append_text(out, " WHERE ");
		write_typed(&generator, SQL_TYPE(SQL_BOOLEAN), 1);
	}
}

#endif
