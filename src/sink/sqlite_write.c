/*
 * sqlite_write.c - one batch: the ledger is checked, rows go in by key, marks and ledger follow,
 * and one commit makes all of it durable.
 *
 * Values are bound where they lie (SQLITE_STATIC): texts in the batch's column, formatted ones in
 * the table's scratch. Nothing is allocated per row by us.
 */
#include <string.h>

#include "sink/ledger_check.h"
#include "sink/sqlite_internal.h"

/* ---- rows */

static int bind_value(sqlite3_stmt *statement, int at, const struct column *column, int64_t row,
		      char scratch[CELL_SCRATCH])
{
	struct span text;
	size_t len;

	if (column_is_null(column, row))
		return sqlite3_bind_null(statement, at);
	switch (column->type) {
	case COLUMN_TEXT:
		text = column_text(column, row);
		return sqlite3_bind_text64(statement, at, text.data ? text.data : "", text.len,
					   SQLITE_STATIC, SQLITE_UTF8);
	case COLUMN_UUID:
		cell_format_uuid((const uint8_t *)column->data + 16 * row, scratch);
		return sqlite3_bind_text(statement, at, scratch, UUID_TEXT, SQLITE_STATIC);
	case COLUMN_INT:
		return sqlite3_bind_int(statement, at, ((const int32_t *)column->data)[row]);
	case COLUMN_BIGINT:
		return sqlite3_bind_int64(statement, at, ((const int64_t *)column->data)[row]);
	case COLUMN_DOUBLE:
		return sqlite3_bind_double(statement, at, ((const double *)column->data)[row]);
	case COLUMN_BOOLEAN:
		return sqlite3_bind_int(statement, at, column_bool(column, row));
	case COLUMN_TIMESTAMP:
		len = clock_format_us(((const int64_t *)column->data)[row], scratch);
		return sqlite3_bind_text(statement, at, scratch, (int)len, SQLITE_STATIC);
	case COLUMN_DATE:
		len = clock_format_date(((const int32_t *)column->data)[row], scratch);
		return sqlite3_bind_text(statement, at, scratch, (int)len, SQLITE_STATIC);
	}
	return SQLITE_MISUSE;
}

static int upsert_row(const struct sqlite_table *table, const struct row_batch *batch, int64_t row,
		      int64_t stamp)
{
	size_t columns = table->def->column_count;
	int rc = SQLITE_OK, reset;

	for (size_t i = 0; i < columns && rc == SQLITE_OK; i++)
		rc = bind_value(table->upsert, (int)i + 1, &batch->columns[i], row,
				table->scratch[i]);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_int64(table->upsert, (int)columns + 1, stamp);
	if (rc != SQLITE_OK)
		return rc;
	sqlite3_step(table->upsert);
	reset = sqlite3_reset(table->upsert); /* the step's own result, once more */
	return reset;
}

static enum status refuse_row(const struct sqlite_sink *sink, const struct row_batch *batch,
			      int64_t row, struct err *err)
{
	err_set(err, US_REJECT, EXIT_BAD_DATA, "%s refuses row %lld of table %s: %s", sink->path,
		(long long)row, batch->table->name, sqlite3_errmsg(sink->db));
	if (err)
		err->kind = "row";
	return US_REJECT;
}

static enum status write_rows(struct sqlite_sink *sink, const struct sqlite_table *table,
			      const struct row_batch *batch, const int64_t *stamps,
			      int64_t *bad_row, struct err *err)
{
	if (!row_order_sort(&sink->order, batch, stamps))
		return err_no_memory(err, "sorting rows by key");
	for (int64_t i = 0; i < batch->row_count; i++) {
		int64_t row = sink->order.places[i].row;
		int rc = upsert_row(table, batch, row, stamps[row]);

		if (rc == SQLITE_OK)
			continue;
		if (!sqlite_is_row_refusal(rc))
			return sqlite_fail(sink, rc, "write rows to", err);
		*bad_row = row;
		return refuse_row(sink, batch, row, err);
	}
	return US_OK;
}

static const struct sqlite_table *find_table(const struct sqlite_sink *sink,
					     const struct table_def *def)
{
	for (size_t i = 0; i < sink->table_count; i++) {
		if (sink->tables[i].def == def || strcmp(sink->tables[i].def->name, def->name) == 0)
			return &sink->tables[i];
	}
	return NULL;
}

static enum status write_tables(struct sqlite_sink *sink, const struct sink_write *write,
				size_t *bad_table, int64_t *bad_row, struct err *err)
{
	for (size_t i = 0; i < write->table_count; i++) {
		const struct row_batch *batch = &write->rows[i];
		const struct sqlite_table *table;
		enum status status;

		if (!batch->row_count)
			continue;
		table = find_table(sink, batch->table);
		if (!table)
			return err_set(err, US_FATAL, EXIT_INTERNAL,
				       "table %s was not prepared in %s", batch->table->name,
				       sink->path);
		*bad_table = i;
		status = write_rows(sink, table, batch, write->stamps[i], bad_row, err);
		if (status != US_OK)
			return status;
	}
	return US_OK;
}

/* ---- ledger and marks */

/* *done: this write was committed before. `stored`: the ledger's rows as they are, by table. */
static enum status check_table(struct sqlite_sink *sink, const struct sink_write *write, size_t i,
			       struct ledger_row *stored, bool *done, struct err *err)
{
	const struct ledger_row *wanted = &write->ledger[i];
	bool found;
	enum ledger_verdict verdict;
	enum status status = sqlite_ledger_get(sink, wanted->table, wanted->log_identity,
					       wanted->partition, stored, &found, NULL, err);

	if (status != US_OK)
		return status;
	verdict = ledger_judge(write, i, stored, found);
	if (verdict == LEDGER_LOST)
		return ledger_lost(write, i, stored, found, err);
	*done = *done && verdict == LEDGER_DONE;
	return US_OK;
}

static enum status check_ledger(struct sqlite_sink *sink, const struct sink_write *write,
				bool *done, struct err *err)
{
	enum status status = US_OK;
	struct ledger_row stored;

	*done = true;
	for (size_t i = 0; status == US_OK && i < write->table_count; i++)
		status = check_table(sink, write, i, &stored, done, err);
	return status;
}

static enum status check_marks(struct sqlite_sink *sink, const struct sink_write *write, bool *done,
			       struct err *err)
{
	size_t there = 0;

	for (size_t i = 0; i < write->mark_count; i++) {
		bool found;
		enum status status = sqlite_mark_get(sink, &write->ledger[0], &write->marks[i],
						     &found, err);

		if (status != US_OK)
			return status;
		there += found;
	}
	if (*done && there == write->mark_count)
		return US_OK;
	*done = false;
	return there ? marks_refuse(err) : US_OK;
}

static enum status write_ledger(struct sqlite_sink *sink, const struct sink_write *write,
				struct err *err)
{
	enum status status = US_OK;

	for (size_t i = 0; status == US_OK && i < write->mark_count; i++)
		status = sqlite_mark_put(sink, &write->ledger[0], &write->marks[i], err);
	for (size_t i = 0; status == US_OK && i < write->table_count; i++) {
		const struct ledger_row *wanted = &write->ledger[i];
		struct ledger_row stored, row;
		bool found = false;

		if (write->replay)
			status = sqlite_ledger_get(sink, wanted->table, wanted->log_identity,
						   wanted->partition, &stored, &found, NULL, err);
		if (status != US_OK)
			break;
		row = ledger_after(write, i, found ? &stored : NULL);
		status = sqlite_ledger_put(sink, &row, err);
	}
	return status;
}

enum status sqlite_write(struct sink *base, const struct sink_write *write, size_t *bad_table,
			 int64_t *bad_row, struct err *err)
{
	struct sqlite_sink *sink = sqlite_of(base);
	size_t at_table = 0;
	int64_t at_row = 0;
	bool done = false;
	enum status status = sqlite_begin(sink, err);

	if (status != US_OK)
		return status;
	status = check_ledger(sink, write, &done, err);
	if (status == US_OK && write->replay)
		status = check_marks(sink, write, &done, err);
	if (status != US_OK || done)
		goto out;
	status = write_tables(sink, write, &at_table, &at_row, err);
	if (status == US_REJECT) {
		*bad_table = at_table;
		*bad_row = at_row;
	}
	if (status == US_OK)
		status = write_ledger(sink, write, err);
	if (status == US_OK)
		status = sqlite_commit(sink, err);
out:
	sqlite_rollback(sink);
	return status;
}
