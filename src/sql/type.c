/* type.c - the types' names as Spark prints them. */
#include "sql/type.h"

#include <stdio.h>

static const char *const names[] = {
	[SQL_NULL] = "VOID",           [SQL_BOOLEAN] = "BOOLEAN",     [SQL_INT] = "INT",
	[SQL_BIGINT] = "BIGINT",       [SQL_DOUBLE] = "DOUBLE",       [SQL_DECIMAL] = "DECIMAL",
	[SQL_STRING] = "STRING",       [SQL_BINARY] = "BINARY",       [SQL_DATE] = "DATE",
	[SQL_TIMESTAMP] = "TIMESTAMP", [SQL_ARRAY] = "ARRAY<STRING>", [SQL_INTERVAL] = "INTERVAL",
	[SQL_UUID] = "UUID",
};

const char *sql_type_text(struct sql_type type, char *out, size_t size)
{
	if (type.kind == SQL_DECIMAL)
		snprintf(out, size, "DECIMAL(%u,%u)", type.precision, type.scale);
	else
		snprintf(out, size, "%s", names[type.kind]);
	return out;
}
