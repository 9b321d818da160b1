/*
 * bench_bare.c - what SQLite itself needs for the sink's rows: the same table, settings, order
 * and transactions, with nothing around them. The reference of `userstream bench`.
 */
#include <sqlite3.h>
#include <stdio.h>

#include "cli/bench.h"
#include "core/buf.h"
#include "core/clock.h"
#include "core/mem.h"
#include "sink/ddl.h"
#include "sink/row_order.h"
#include "sink/sink.h"

struct bare_sink {
	sqlite3 *db;
	sqlite3_stmt *upsert, *begin, *commit;
	struct row_order order;
	int64_t *stamps;
	size_t stamp_capacity;
};

static enum status sqlite_failed(sqlite3 *db, const char *doing, struct err *err)
{
	return err_set(err, US_FATAL, EXIT_IO, "%s: %s", doing, sqlite3_errmsg(db));
}

/* Let the sink itself make the file, so that schema and page size are its own. */
static enum status make_database(const char *path, const struct table_def *table, struct err *err)
{
	char uri[BENCH_PATH_MAX + 16];
	snprintf(uri, sizeof(uri), "sqlite:%s", path);
	struct sink_config config = { .uri = uri, .create = true };
	struct sink *sink = NULL;
	enum status status = sink_open(&sink, &config, err);
	if (status == US_OK)
		status = sink->ops->prepare(sink, &table, 1, err);
	sink_close(sink);
	return status;
}

enum status bare_sink_open(struct bare_sink **out, const char *path, const struct table_def *table,
			   struct err *err)
{
	enum status status = make_database(path, table, err);
	if (status != US_OK)
		return status;
	struct bare_sink *sink = mem_calloc(1, sizeof(*sink));
	if (!sink)
		return err_no_memory(err, "opening the bare loop's database");
	struct buf upsert;
	buf_init(&upsert, 1 << 20);
	ddl_sqlite_upsert(&upsert, table);
	if (upsert.failed) {
		status = err_no_memory(err, "writing the upsert");
	} else if (sqlite3_open_v2(path, &sink->db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
		   sqlite3_exec(sink->db, SINK_SQLITE_PRAGMAS, NULL, NULL, NULL) != SQLITE_OK ||
		   sqlite3_prepare_v2(sink->db, buf_text(&upsert), -1, &sink->upsert, NULL) !=
		       SQLITE_OK ||
		   sqlite3_prepare_v2(sink->db, "BEGIN IMMEDIATE", -1, &sink->begin, NULL) !=
		       SQLITE_OK ||
		   sqlite3_prepare_v2(sink->db, "COMMIT", -1, &sink->commit, NULL) != SQLITE_OK) {
		status = sqlite_failed(sink->db, "preparing the bare loop", err);
	}
	buf_release(&upsert);
	if (status != US_OK) {
		bare_sink_close(sink);
		return status;
	}
	*out = sink;
	return US_OK;
}

static void bind(sqlite3_stmt *statement, int parameter, const struct column *column, int64_t row,
		 char *text)
{
	if (column_is_null(column, row)) {
		sqlite3_bind_null(statement, parameter);
		return;
	}
	switch (column->type) {
	case COLUMN_TEXT: {
		struct span value = column_text(column, row);
		sqlite3_bind_text(statement, parameter, value.data, (int)value.len, SQLITE_STATIC);
		return;
	}
	case COLUMN_UUID: {
		static const char digit[] = "0123456789abcdef";
		const uint8_t *byte = (const uint8_t *)column->data + 16 * row;
		char *to = text;
		for (int i = 0; i < 16; i++) {
			if (i == 4 || i == 6 || i == 8 || i == 10)
				*to++ = '-';
			*to++ = digit[byte[i] >> 4];
			*to++ = digit[byte[i] & 15];
		}
		sqlite3_bind_text(statement, parameter, text, 36, SQLITE_STATIC);
		return;
	}
	case COLUMN_INT:
		sqlite3_bind_int(statement, parameter, ((const int32_t *)column->data)[row]);
		return;
	case COLUMN_BIGINT:
		sqlite3_bind_int64(statement, parameter, ((const int64_t *)column->data)[row]);
		return;
	case COLUMN_DOUBLE:
		sqlite3_bind_double(statement, parameter, ((const double *)column->data)[row]);
		return;
	case COLUMN_BOOLEAN:
		sqlite3_bind_int(statement, parameter, column_bool(column, row));
		return;
	case COLUMN_TIMESTAMP:
		sqlite3_bind_text(statement, parameter, text,
				  (int)clock_format_us(((const int64_t *)column->data)[row], text),
				  SQLITE_STATIC);
		return;
	case COLUMN_DATE:
		sqlite3_bind_text(
		    statement, parameter, text,
		    (int)clock_format_date(((const int32_t *)column->data)[row], text),
		    SQLITE_STATIC);
		return;
	}
}

static enum status upsert_all(struct bare_sink *sink, const struct row_batch *rows, struct err *err)
{
	size_t columns = rows->table->column_count;
	char(*texts)[CLOCK_TEXT_MAX] = mem_alloc(columns * CLOCK_TEXT_MAX);
	if (!texts)
		return err_no_memory(err, "running the bare loop");
	enum status status = US_OK;
	sqlite3_step(sink->begin);
	sqlite3_reset(sink->begin);
	for (int64_t i = 0; i < rows->row_count && status == US_OK; i++) {
		int64_t row = sink->order.places[i].row;
		for (size_t c = 0; c < columns; c++)
			bind(sink->upsert, (int)c + 1, &rows->columns[c], row, texts[c]);
		sqlite3_bind_int64(sink->upsert, (int)columns + 1, sink->stamps[row]);
		if (sqlite3_step(sink->upsert) != SQLITE_DONE)
			status = sqlite_failed(sink->db, "the bare loop's upsert", err);
		sqlite3_reset(sink->upsert);
	}
	if (status == US_OK && sqlite3_step(sink->commit) != SQLITE_DONE)
		status = sqlite_failed(sink->db, "the bare loop's commit", err);
	sqlite3_reset(sink->commit);
	mem_free(texts);
	return status;
}

enum status bare_sink_write(struct bare_sink *sink, const struct row_batch *rows,
			    int64_t first_stamp, int64_t *took_ns, struct err *err)
{
	size_t count = (size_t)rows->row_count;
	if (count > sink->stamp_capacity) {
		int64_t *grown = mem_realloc(sink->stamps, count * sizeof(*grown));
		if (!grown)
			return err_no_memory(err, "running the bare loop");
		sink->stamps = grown;
		sink->stamp_capacity = count;
	}
	for (size_t i = 0; i < count; i++)
		sink->stamps[i] = first_stamp + (int64_t)i;
	if (!row_order_sort(&sink->order, rows, sink->stamps))
		return err_no_memory(err, "ordering rows");
	int64_t start = clock_mono_ns();
	enum status status = upsert_all(sink, rows, err);
	*took_ns += clock_mono_ns() - start;
	return status;
}

void bare_sink_close(struct bare_sink *sink)
{
	if (!sink)
		return;
	sqlite3_finalize(sink->upsert);
	sqlite3_finalize(sink->begin);
	sqlite3_finalize(sink->commit);
	sqlite3_close(sink->db);
	row_order_release(&sink->order);
	mem_free(sink->stamps);
	mem_free(sink);
}
