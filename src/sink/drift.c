/*
 * drift.c - stored table against declared table.
 */
#include "sink/drift.h"

#include <strings.h>

#define DIFFERENCES_MAX 4096

size_t drift_column(const struct table_shape *shape, const char *name)
{
	size_t i;

	for (i = 0; i < shape->column_count; i++) {
		if (strcasecmp(shape->columns[i].name, name) == 0)
			break;
	}
	return i;
}

static bool is_wanted(const struct table_def *wanted, const char *name)
{
	for (size_t i = 0; i < wanted->column_count; i++) {
		if (strcasecmp(wanted->columns[i].name, name) == 0)
			return true;
	}
	return false;
}

static void compare_columns(const struct table_def *wanted, const struct table_shape *found,
			    size_t *missing, struct buf *out)
{
	for (size_t i = 0; i < wanted->column_count; i++) {
		const struct column_def *column = &wanted->columns[i];
		size_t at = drift_column(found, column->name);
		const char *type = column_type_name(column->type);

		if (at == found->column_count) {
			if (column->not_null)
				buf_printf(out,
					   "\n  column %s %s NOT NULL is new: stored rows have no "
					   "value for it",
					   column->name, type);
			(*missing)++;
			continue;
		}
		if (strcasecmp(found->columns[at].type, type) != 0)
			buf_printf(out, "\n  column %s is stored as %s, declared as %s",
				   column->name, found->columns[at].type, type);
		if (found->columns[at].not_null != column->not_null)
			buf_printf(out, "\n  column %s is stored %s NOT NULL, declared %s",
				   column->name, column->not_null ? "without" : "with",
				   column->not_null ? "with it" : "without");
	}
	for (size_t i = 0; i < found->column_count; i++) {
		if (!is_wanted(wanted, found->columns[i].name))
			buf_printf(out, "\n  column %s is stored, and no longer declared",
				   found->columns[i].name);
	}
}

/* "a, b DESC", or "(a), b DESC" where `partition` columns are in parentheses. */
static void append_key_column(struct buf *out, size_t i, size_t partition, const char *name,
			      enum sort_order order)
{
	buf_printf(out, "%s%s%s%s%s", i ? ", " : "", i == 0 && partition ? "(" : "", name,
		   order == SORT_DESCENDING ? " DESC" : "", i + 1 == partition ? ")" : "");
}

static void compare_keys(const struct table_def *wanted, const struct table_shape *found,
			 struct buf *out)
{
	bool same = wanted->key_count == found->key_count;
	size_t partition = found->partition_key_count ? wanted->partition_key_count : 0;

	same = same && partition == found->partition_key_count;
	for (size_t i = 0; same && i < wanted->key_count; i++)
		same = strcasecmp(wanted->columns[wanted->key[i]].name, found->key[i]) == 0 &&
		       wanted->key_order[i] == found->key_order[i];
	if (same)
		return;
	buf_append_text(out, "\n  the primary key is stored as (");
	for (size_t i = 0; i < found->key_count; i++)
		append_key_column(out, i, found->partition_key_count, found->key[i],
				  found->key_order[i]);
	buf_append_text(out, "), declared as (");
	for (size_t i = 0; i < wanted->key_count; i++)
		append_key_column(out, i, partition, wanted->columns[wanted->key[i]].name,
				  wanted->key_order[i]);
	buf_append_text(out, ")");
}

enum status drift_check(const struct table_def *wanted, const struct table_shape *found,
			const char *where, const char *advice, size_t *missing, struct err *err)
{
	struct buf differences;
	size_t new_columns = 0;
	enum status status = US_OK;

	buf_init(&differences, DIFFERENCES_MAX);
	compare_columns(wanted, found, &new_columns, &differences);
	compare_keys(wanted, found, &differences);
	if (differences.failed && differences.len == 0) {
		status = err_no_memory(err, "comparing a table with the pipeline file");
	} else if (differences.len) {
		status = err_set(err, US_REJECT, EXIT_BAD_CONFIG,
				 "table %s in %s differs from the pipeline file:%s%s\n%s",
				 wanted->name, where, buf_text(&differences),
				 differences.failed ? "\n  ..." : "", advice);
		if (err)
			err->kind = "drift";
	}
	if (missing)
		*missing = new_columns;
	buf_release(&differences);
	return status;
}
