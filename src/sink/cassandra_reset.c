/*
 * cassandra_reset.c - the ledger rows and marks of tables that are missing: they are read, and what
 * was read is cleared. Why in two steps: cassandra_internal.h.
 */
#include <string.h>

#include "core/note.h"
#include "sink/cassandra_internal.h"

#define FORMER_MAX ((size_t)1 << 30)

struct place_in_log {
	struct place_in_log *next;
	const char *log_identity;
	int64_t partition;
};

struct former_row {
	struct former_row *next;
	const struct place_in_log *place;
	const char *table;
	int64_t written_us, updated_us;
};

struct former_mark {
	struct former_mark *next;
	const struct place_in_log *place;
	const char *table;
	int64_t generation, offset, written_us;
};

/* ---- reading */

struct former_reading {
	struct cassandra_former *out;
	const struct table_def *const *tables;
	size_t table_count;
	struct place_in_log *places;
	const struct place_in_log *place; /* whose marks and rows are read */
	bool no_memory;
};

static bool take_place(void *user, size_t columns, const char *const *names,
		       const struct cassandra_value *values)
{
	struct former_reading *reading = user;
	struct place_in_log *place;

	(void)names;
	if (!values || columns < 2)
		return values == NULL;
	place = arena_calloc(&reading->out->arena, 1, sizeof(*place));
	if (place)
		place->log_identity = arena_strndup(
		    &reading->out->arena, values[0].data ? values[0].data : "", values[0].len);
	if (!place || !place->log_identity) {
		reading->no_memory = true;
		return false;
	}
	place->partition = values[1].integer;
	place->next = reading->places;
	reading->places = place;
	return true;
}

static bool take_mark(void *user, size_t columns, const char *const *names,
		      const struct cassandra_value *values)
{
	struct former_reading *reading = user;
	struct former_mark *mark;
	const char *table = NULL;

	(void)names;
	if (!values || columns < 4)
		return values == NULL;
	for (size_t t = 0; t < reading->table_count && !table; t++)
		if (span_equal(span_of(reading->tables[t]->name),
			       (struct span){ .data = values[1].data, .len = values[1].len }))
			table = reading->tables[t]->name;
	if (!table)
		return true;
	mark = arena_calloc(&reading->out->arena, 1, sizeof(*mark));
	if (!mark) {
		reading->no_memory = true;
		return false;
	}
	*mark = (struct former_mark){ .next = reading->out->marks,
				      .place = reading->place,
				      .table = table,
				      .generation = values[0].integer,
				      .offset = values[2].integer,
				      .written_us = values[3].integer };
	reading->out->marks = mark;
	return true;
}

static enum status read_marks(struct cassandra_sink *sink, struct former_reading *reading,
			      struct err *err)
{
	const struct cassandra_value key[] = { value_text(span_of(reading->place->log_identity)),
					       value_integer64(reading->place->partition) };

	return cassandra_execute(sink, CQL_MARKS_OF, key, 2, "read the marks of", take_mark,
				 reading, err);
}

static enum status read_row(struct cassandra_sink *sink, struct former_reading *reading,
			    const char *table, struct err *err)
{
	const struct place_in_log *place = reading->place;
	struct known_ledger known;
	struct former_row *row;
	enum status status = cassandra_ledger_get(sink, table, place->log_identity,
						  (int32_t)place->partition, &known, NULL, err);

	if (status != US_OK || !known.found)
		return status;
	row = arena_calloc(&reading->out->arena, 1, sizeof(*row));
	if (!row) {
		reading->no_memory = true;
		return US_OK;
	}
	*row = (struct former_row){ .next = reading->out->rows,
				    .place = place,
				    .table = table,
				    .written_us = known.written_us,
				    .updated_us = known.row.updated_us };
	reading->out->rows = row;
	return US_OK;
}

enum status cassandra_former_read(struct cassandra_sink *sink,
				  const struct table_def *const *tables, size_t count,
				  struct cassandra_former *out, struct err *err)
{
	struct former_reading reading = { .out = out, .tables = tables, .table_count = count };
	enum status status;

	*out = (struct cassandra_former){ .rows = NULL };
	arena_init(&out->arena, 4096, FORMER_MAX);
	status = cassandra_run(sink,
			       "SELECT DISTINCT log_identity, partition FROM " CASSANDRA_LEDGER,
			       "read the ledger of", take_place, &reading, err);
	for (reading.place = reading.places; status == US_OK && !reading.no_memory && reading.place;
	     reading.place = reading.place->next) {
		status = read_marks(sink, &reading, err);
		for (size_t t = 0; status == US_OK && !reading.no_memory && t < count; t++)
			status = read_row(sink, &reading, tables[t]->name, err);
	}
	if (status == US_OK && reading.no_memory)
		status = err_no_memory(err, "resetting the ledger");
	return status;
}

void cassandra_former_release(struct cassandra_former *former)
{
	arena_release(&former->arena);
}

/* ---- clearing */

static enum status clear_mark(struct cassandra_sink *sink, const struct former_mark *mark,
			      struct err *err)
{
	const struct cassandra_value key[MARK_KEY_VALUES] = {
		value_text(span_of(mark->place->log_identity)),
		value_integer64(mark->place->partition), value_integer64(mark->generation),
		value_text(span_of(mark->table)), value_integer64(mark->offset)
	};

	return cassandra_mark_delete(sink, mark->written_us, key, err);
}

/*
 * The row is not deleted: a deletion has a timestamp too, and what is written anew must be above
 * it. It stays as a row without a position, which is none to all who read it.
 */
static enum status clear_row(struct cassandra_sink *sink, const struct former_row *row,
			     struct err *err)
{
	const struct cassandra_value values[] = { value_integer64(row->written_us + 1),
						  value_integer64(row->updated_us),
						  value_text(span_of(row->place->log_identity)),
						  value_integer64(row->place->partition),
						  value_text(span_of(row->table)) };

	return cassandra_execute(sink, CQL_LEDGER_CLEAR, values, 5, "reset the ledger of", NULL,
				 NULL, err);
}

enum status cassandra_former_clear(struct cassandra_sink *sink,
				   const struct cassandra_former *former, struct err *err)
{
	enum status status = US_OK;

	sink->known_count = 0;
	for (const struct former_mark *m = former->marks; status == US_OK && m; m = m->next)
		status = clear_mark(sink, m, err);
	for (const struct former_row *r = former->rows; status == US_OK && r; r = r->next)
		status = clear_row(sink, r, err);
	if (status == US_OK && former->rows)
		note(NOTE_WARN, "sink",
		     "a table of the pipeline was missing: its ledger is reset, and the tables are "
		     "rebuilt from the log",
		     NOTE_TEXT("keyspace", sink->settings.shown));
	return status;
}
