/*
 * type.h - the types of expressions. (Those of a table's columns are core/column.h's.)
 */
#ifndef SQL_TYPE_H
#define SQL_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of DECIMAL values. */
__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

enum sql_kind {
	SQL_NULL, /* the type of a bare NULL: becomes whatever it meets */
	SQL_BOOLEAN,
	SQL_INT,    /* 32 bits, wraps */
	SQL_BIGINT, /* 64 bits, wraps */
	SQL_DOUBLE,
	SQL_DECIMAL, /* precision <= 38, scale */
	SQL_STRING,
	SQL_BINARY,
	SQL_DATE,
	SQL_TIMESTAMP, /* with session time zone UTC */
	SQL_ARRAY,     /* of STRING */
	SQL_INTERVAL,  /* months, or microseconds: literals only */
	SQL_UUID /* declared columns only; as an expression (a constraint) it behaves as STRING */
};

/* What an INTERVAL is of. Spark tells those by their units, and a DATE moved by hours is a
 * TIMESTAMP. */
enum interval_units { INTERVAL_MONTHS, INTERVAL_DAYS, INTERVAL_TIME };

struct sql_type {
	uint8_t kind;      /* enum sql_kind */
	uint8_t precision; /* of an INTERVAL: enum interval_units */
	uint8_t scale;
	/* Of an INT or BIGINT literal, its count of digits, which decides the precision where it
	 * meets a DECIMAL; else 0. The binder sets it in what it hands to function->resolve. No
	 * part of equality. */
	uint8_t digits;
};

#define SQL_TYPE(k) ((struct sql_type){ .kind = (k), .precision = 0, .scale = 0 })

static inline bool sql_type_equal(struct sql_type a, struct sql_type b)
{
	return a.kind == b.kind && a.precision == b.precision && a.scale == b.scale;
}

/* As Spark prints it: "STRING", "DECIMAL(10,2)", "ARRAY<STRING>". `out` of >= 24 bytes; returns
 * out. */
const char *sql_type_text(struct sql_type type, char *out, size_t size);

#endif
