/*
 * typed_leaf.h - bytes to the leaves of a typed expression: constants, and fields, cast to the type
 * that is wanted.
 */
#ifndef FUZZ_TYPED_LEAF_H
#define FUZZ_TYPED_LEAF_H

#include <string.h>

#include "random_field.h"
#include "sql/function.h"

#define FIELDS 4

struct generator {
	struct bytes bytes;
	struct buf *out;
	const struct field *values; /* of one record: literals instead of fields; or NULL */
	int nodes;
};

static inline void write_literal(struct buf *out, struct span text)
{
	buf_append_char(out, '\'');
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];

		if (c == '\'' || c == '\\')
			buf_append_char(out, '\\');
		if (c < 0x20)
			buf_printf(out, "\\u%04x", c);
		else
			buf_append_char(out, (char)c);
	}
	buf_append_char(out, '\'');
}

static inline void write_field(struct generator *generator)
{
	unsigned which = take(&generator->bytes) % FIELDS;

	if (!generator->values)
		buf_printf(generator->out, "f%u", which);
	else if (generator->values[which].null)
		buf_append_text(generator->out, "CAST(NULL AS STRING)");
	else
		write_literal(generator->out, buf_span(&generator->values[which].text));
}

/* What functions want where they take a constant: patterns, formats, zones, units, names. */
static const char *const constants[] = {
	"[a-z]+",
	"(a|b)*c",
	"\\s+",
	"^(.)(.*)$",
	"(?i)AB\\b",
	"[^0-9]",
	"\\p{Lu}",
	"$1",
	"x$0y",
	"yyyy-MM-dd",
	"HH:mm:ss",
	"dd/MM/yyyy",
	"yyyy-MM-dd'T'HH:mm:ss.SSSX",
	"Asia/Tokyo",
	"America/New_York",
	"+01:00",
	"UTC",
	"month",
	"week",
	"YEAR",
	"minute",
	"$.a.b[0]",
	"$.*",
	"HOST",
	"QUERY",
	"UTF-8",
	"UTF-16",
	"ISO-8859-1",
	"NFC",
	"NFD",
	",",
	"a",
	"%a_",
	"A\\_%",
	"",
};

static inline void write_constant(struct generator *generator, struct sql_type type)
{
	static const char *const numbers[] = { "0", "1", "-1", "2", "7", "16", "256", "-3" };
	struct bytes *bytes = &generator->bytes;
	struct buf *out = generator->out;
	const char *text;

	switch (type.kind) {
	case SQL_STRING:
		text = AMONG(constants, take(bytes));
		write_literal(out, (struct span){ .data = text, .len = strlen(text) });
		break;
	case SQL_INT:
		buf_append_text(out, AMONG(numbers, take(bytes)));
		break;
	case SQL_BIGINT:
		buf_printf(out, "%sL", AMONG(numbers, take(bytes)));
		break;
	case SQL_DOUBLE:
		buf_printf(out, "%se%u", AMONG(numbers, take(bytes)), take(bytes) % 40);
		break;
	case SQL_DECIMAL:
		buf_printf(out, "%s.%u", AMONG(numbers, take(bytes)), take(bytes));
		break;
	case SQL_BOOLEAN:
		buf_append_text(out, take(bytes) % 2 ? "TRUE" : "FALSE");
		break;
	default:
		buf_append_text(out, "NULL");
	}
}

static const struct sql_type kinds[] = {
	{ .kind = SQL_STRING },
	{ .kind = SQL_INT },
	{ .kind = SQL_BIGINT },
	{ .kind = SQL_DOUBLE },
	{ .kind = SQL_DECIMAL, .precision = 20, .scale = 3 },
	{ .kind = SQL_BOOLEAN },
	{ .kind = SQL_DATE },
	{ .kind = SQL_TIMESTAMP },
	{ .kind = SQL_BINARY },
	{ .kind = SQL_ARRAY },
	{ .kind = SQL_STRING },
	{ .kind = SQL_STRING },
};

static inline void write_leaf(struct generator *generator, struct sql_type type)
{
	struct buf *out = generator->out;
	char name[32];

	if (take(&generator->bytes) % 4 == 0) {
		write_constant(generator, type);
	} else if (type.kind == SQL_STRING) {
		write_field(generator);
	} else if (type.kind == SQL_ARRAY) {
		buf_append_text(out, "split(");
		write_field(generator);
		buf_append_text(out, ", ',')");
	} else {
		buf_append_text(out, "CAST(");
		write_field(generator);
		buf_printf(out, " AS %s)", sql_type_text(type, name, sizeof(name)));
	}
}

#endif
