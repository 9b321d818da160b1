/*
 * cassandra_marks.c - userstream_replayed, the marks of dead letters that a replay has stored; and
 * userstream_state, texts by name.
 */
#include <string.h>

#include "core/clock.h"
#include "sink/cassandra_internal.h"

/* ---- marks */

void mark_values(const struct ledger_row *ledger, const struct sink_mark *mark, int64_t written_us,
		 struct cassandra_value values[MARK_PUT_VALUES])
{
	values[0] = value_text(span_of(ledger->log_identity));
	values[1] = value_integer64(mark->partition);
	values[2] = value_integer64(ledger->generation);
	values[3] = value_text(span_of(ledger->table));
	values[4] = value_integer64(mark->offset);
	values[5] = value_integer64(mark->stamp);
	values[6] = value_integer64(written_us);
}

static bool count_row(void *user, size_t columns, const char *const *names,
		      const struct cassandra_value *values)
{
	size_t *count = user;

	(void)columns;
	(void)names;
	*count += values != NULL;
	return true;
}

enum status cassandra_marks_there(struct cassandra_sink *sink, const struct sink_write *write,
				  size_t *there, struct err *err)
{
	enum status status = US_OK;

	*there = 0;
	for (size_t i = 0; status == US_OK && i < write->mark_count; i++) {
		struct cassandra_value values[MARK_PUT_VALUES];

		mark_values(&write->ledger[0], &write->marks[i], 0, values);
		status = cassandra_execute(sink, CQL_MARK_GET, values, MARK_KEY_VALUES,
					   "read the marks of", count_row, there, err);
	}
	return status;
}

enum status cassandra_mark_delete(struct cassandra_sink *sink, int64_t written_us,
				  const struct cassandra_value key[MARK_KEY_VALUES],
				  struct err *err)
{
	struct cassandra_value values[MARK_KEY_VALUES + 1];

	values[0] = value_integer64(written_us);
	memcpy(values + 1, key, MARK_KEY_VALUES * sizeof(*key));
	return cassandra_execute(sink, CQL_MARK_DELETE, values, MARK_KEY_VALUES + 1,
				 "delete a mark of", NULL, NULL, err);
}

enum status cassandra_marks_undo(struct cassandra_sink *sink, const struct sink_write *write,
				 int64_t written_us, struct err *err)
{
	enum status status = US_OK;

	for (size_t i = 0; status == US_OK && i < write->mark_count; i++) {
		struct cassandra_value values[MARK_PUT_VALUES];

		mark_values(&write->ledger[0], &write->marks[i], 0, values);
		status = cassandra_mark_delete(sink, written_us, values, err);
	}
	return status;
}

/* ---- states */

struct state_reading {
	struct buf *out; /* or NULL */
	bool found;
	int64_t written_us; /* of the last change, 0: none */
};

static bool take_state(void *user, size_t columns, const char *const *names,
		       const struct cassandra_value *values)
{
	struct state_reading *reading = user;

	(void)names;
	if (!values || columns < 2)
		return values == NULL;
	reading->found = values[0].kind != CASSANDRA_NULL;
	reading->written_us = values[1].integer;
	if (reading->out && reading->found)
		buf_append(reading->out, values[0].data ? values[0].data : "", values[0].len);
	return true;
}

static enum status read_state(struct cassandra_sink *sink, const char *key,
			      struct state_reading *reading, struct err *err)
{
	const struct cassandra_value name = value_text(span_of(key));

	return cassandra_execute(sink, CQL_STATE_GET, &name, 1, "read a state of", take_state,
				 reading, err);
}

enum status cassandra_state_get(struct sink *base, const char *key, struct buf *out, bool *found,
				struct err *err)
{
	struct cassandra_sink *sink = cassandra_of(base);
	struct state_reading reading = { .out = out };
	bool exists = false;
	enum status status = cassandra_has_own(sink, &exists, err);

	if (status == US_OK && exists)
		status = read_state(sink, key, &reading, err);
	if (status == US_OK && out->failed)
		status = err_no_memory(err, "reading a state");
	*found = status == US_OK && reading.found;
	return status;
}

/* What is put last must be what is read, whatever the clocks of clients and nodes say: so it is
 * written above the former one, and a deletion is a change to NULL, whose time can be read. */
enum status cassandra_state_put(struct sink *base, const char *key, struct span value,
				struct err *err)
{
	struct cassandra_sink *sink = cassandra_of(base);
	struct state_reading reading = { .out = NULL };
	int64_t now = clock_wall_us();
	enum status status = read_state(sink, key, &reading, err);
	struct cassandra_value values[4];

	if (status != US_OK || (!value.data && !reading.found))
		return status;
	if (now <= reading.written_us)
		now = reading.written_us + 1;
	values[0] = value_text(span_of(key));
	values[1] = value_text(value);
	values[2] = values[3] = value_integer64(now);
	return cassandra_execute(sink, CQL_STATE_PUT, values, 4, "store a state in", NULL, NULL,
				 err);
}
