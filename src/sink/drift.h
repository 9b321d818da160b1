/*
 * drift.h - compares a table as it stands in a backend with the one that the pipeline file
 * declares. New columns that may be NULL can be added; anything else is a difference that only a
 * person can resolve. Names and types are compared without case.
 */
#ifndef SINK_DRIFT_H
#define SINK_DRIFT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/column.h"
#include "core/err.h"

struct shape_column {
	const char *name;
	const char *type; /* as declared: column_type_name() */
	bool not_null;
};

/* A table as it is stored, without the sink's own columns. */
struct table_shape {
	const struct shape_column *columns;
	size_t column_count;
	const char *const *key; /* names, in order */
	const enum sort_order *key_order;
	size_t key_count;
	size_t partition_key_count; /* 0: the backend knows no partition key */
};

/* Index of the column in the stored table; shape->column_count when it is not there: to be added.
 */
size_t drift_column(const struct table_shape *shape, const char *name);

/*
 * US_OK: fits, once the missing columns have been added; *missing (may be NULL) counts them.
 * US_REJECT, EXIT_BAD_CONFIG: every difference on a line of its own, then `advice`. `where` names
 * the database.
 */
enum status drift_check(const struct table_def *wanted, const struct table_shape *found,
			const char *where, const char *advice, size_t *missing, struct err *err);

#endif
