/*
 * cassandra_ledger.c - the rows of userstream_ledger: how they are read and written, and how an
 * owner takes a partition over. Why it is as it is: cassandra_internal.h.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "core/mem.h"
#include "sink/cassandra_internal.h"
#include "sink/ledger_numbers.h"

#define DETAILS_MAX ((size_t)1 << 26)

/* ---- reading */

/* The columns of an answer, from `next` on. */
static void take_counts(const struct cassandra_value *values, struct ledger_row *out)
{
	int64_t numbers[LEDGER_NUMBERS];

	for (size_t i = 0; i < LEDGER_NUMBERS; i++)
		numbers[i] = values[i].integer;
	ledger_from_numbers(out, numbers);
	snprintf(out->fingerprint, sizeof(out->fingerprint), "%.*s",
		 (int)values[LEDGER_NUMBERS].len,
		 values[LEDGER_NUMBERS].data ? values[LEDGER_NUMBERS].data : "");
}

#define COUNT_VALUES (LEDGER_NUMBERS + 1) /* what take_counts() reads */

/* The first columns are the table's name and the timestamp of the row. */
static void take_row(const struct cassandra_value *values, struct known_ledger *out)
{
	out->found = values[2].kind != CASSANDRA_NULL; /* a row that was cleared is none */
	out->written_us = values[1].integer;
	take_counts(values + 2, &out->row);
}

/* The rows of one partition of the log, of the tables of `write`, for CQL_LEDGER_CHECK's answer. */
struct ledger_reading {
	const struct sink_write *write;
	struct known_ledger *rows; /* write->table_count */
};

static void clear_reading(const struct ledger_reading *reading)
{
	for (size_t t = 0; t < reading->write->table_count; t++) {
		const struct ledger_row *wanted = &reading->write->ledger[t];
		struct known_ledger *row = &reading->rows[t];

		*row = (struct known_ledger){ .row = { .partition = wanted->partition },
					      .read_us = clock_mono_us() };
		memcpy(row->row.table, wanted->table, sizeof(row->row.table));
		memcpy(row->row.log_identity, wanted->log_identity, sizeof(row->row.log_identity));
	}
}

static bool take_reading(void *user, size_t columns, const char *const *names,
			 const struct cassandra_value *values)
{
	struct ledger_reading *reading = user;

	(void)names;
	if (!values || columns < COUNT_VALUES + 2)
		return values == NULL;
	for (size_t t = 0; t < reading->write->table_count; t++) {
		const char *table = reading->rows[t].row.table;

		if (span_equal(span_of(table), (struct span){ values[0].data, values[0].len }))
			take_row(values, &reading->rows[t]);
	}
	return true;
}

/* What CQL_LEDGER_CHECK binds, and CQL_LEDGER_PUT first. */
#define KEY_VALUES 2

static void key_values(const struct ledger_row *row, struct cassandra_value values[KEY_VALUES])
{
	values[0] = value_text(span_of(row->log_identity));
	values[1] = value_integer64(row->partition);
}

enum status cassandra_ledger_check(struct cassandra_sink *sink, const struct sink_write *write,
				   struct known_ledger *rows, struct err *err)
{
	struct ledger_reading reading = { .write = write, .rows = rows };
	struct cassandra_value key[KEY_VALUES];

	clear_reading(&reading);
	key_values(&write->ledger[0], key);
	return cassandra_execute(sink, CQL_LEDGER_CHECK, key, KEY_VALUES, "read the ledger of",
				 take_reading, &reading, err);
}

struct row_taker {
	struct known_ledger *out;
	struct buf *details;
};

static bool take_one(void *user, size_t columns, const char *const *names,
		     const struct cassandra_value *values)
{
	struct row_taker *taker = user;

	(void)names;
	if (!values || columns < COUNT_VALUES + 3)
		return values == NULL;
	take_row(values, taker->out);
	if (taker->details && taker->out->found) {
		const struct cassandra_value *details = &values[COUNT_VALUES + 2];
		size_t start = taker->details->len;

		buf_append(taker->details, details->data ? details->data : "", details->len);
		taker->out->row.details = (struct span){ .data = buf_text(taker->details) + start,
							 .len = details->len };
	}
	return true;
}

enum status cassandra_ledger_get(struct cassandra_sink *sink, const char *table,
				 const char *log_identity, int32_t partition,
				 struct known_ledger *out, struct buf *details, struct err *err)
{
	const struct cassandra_value key[] = { value_text(span_of(log_identity)),
					       value_integer64(partition),
					       value_text(span_of(table)) };
	struct row_taker taker = { .out = out, .details = details };
	enum status status;

	memset(out, 0, sizeof(*out));
	status = cassandra_execute(sink, CQL_LEDGER_GET, key, 3, "read the ledger of", take_one,
				   &taker, err);
	if (status == US_OK && details && details->failed)
		status = err_no_memory(err, "reading the ledger");
	if (status != US_OK || !out->found)
		return status;
	snprintf(out->row.table, sizeof(out->row.table), "%s", table);
	snprintf(out->row.log_identity, sizeof(out->row.log_identity), "%s", log_identity);
	out->row.partition = partition;
	return US_OK;
}

enum status cassandra_ledger(struct sink *base, const char *table, const char *log_identity,
			     int32_t partition, struct ledger_row *out, bool *found,
			     struct buf *details, struct err *err)
{
	struct cassandra_sink *sink = cassandra_of(base);
	struct known_ledger known = { .found = false };
	bool exists = false;
	enum status status = cassandra_has_own(sink, &exists, err);

	if (status == US_OK && exists)
		status = cassandra_ledger_get(sink, table, log_identity, partition, &known, details,
					      err);
	*found = status == US_OK && known.found;
	if (*found)
		*out = known.row;
	else
		memset(out, 0, sizeof(*out));
	return status;
}

/* What CQL_LEDGER_PUT binds; they point into `row`. */
#define LEDGER_PUT_VALUES (LEDGER_NUMBERS + 6)

static void ledger_put_values(const struct ledger_row *row, int64_t written_us,
			      struct cassandra_value values[LEDGER_PUT_VALUES])
{
	int64_t numbers[LEDGER_NUMBERS];

	key_values(row, values);
	values[2] = value_text(span_of(row->table));
	ledger_to_numbers(row, numbers);
	for (size_t i = 0; i < LEDGER_NUMBERS; i++)
		values[3 + i] = value_integer64(numbers[i]);
	values[3 + LEDGER_NUMBERS] = value_text(span_of(row->fingerprint));
	values[4 + LEDGER_NUMBERS] = value_text(row->details.data ? row->details
								  : SPAN_LITERAL(""));
	values[5 + LEDGER_NUMBERS] = value_integer64(written_us);
}

/* ---- what this handle knows */

struct known_ledger *cassandra_known(struct cassandra_sink *sink, const struct ledger_row *row)
{
	for (size_t i = 0; i < sink->known_count; i++) {
		struct known_ledger *known = &sink->known[i];

		if (known->row.partition == row->partition &&
		    strcmp(known->row.table, row->table) == 0 &&
		    strcmp(known->row.log_identity, row->log_identity) == 0)
			return known;
	}
	return NULL;
}

bool cassandra_remember(struct cassandra_sink *sink, const struct known_ledger *known)
{
	struct known_ledger *place = cassandra_known(sink, &known->row);

	if (!place && sink->known_count == sink->known_capacity) {
		size_t capacity = sink->known_capacity ? sink->known_capacity * 2 : 8;
		struct known_ledger *grown = mem_realloc(sink->known, capacity * sizeof(*grown));

		if (!grown)
			return false;
		sink->known = grown;
		sink->known_capacity = capacity;
	}
	if (!place)
		place = &sink->known[sink->known_count++];
	*place = *known;
	place->row.details = SPAN_NULL; /* not kept */
	return true;
}

void cassandra_forget(struct cassandra_sink *sink, const struct sink_write *write)
{
	for (size_t t = 0; t < write->table_count; t++) {
		struct known_ledger *known = cassandra_known(sink, &write->ledger[t]);

		if (known)
			*known = sink->known[--sink->known_count];
	}
}

/* ---- writing */

static void point_at(struct cassandra_bound *bound, uint32_t statement,
		     const struct cassandra_value *values, size_t count)
{
	*bound =
	    (struct cassandra_bound){ .statement = statement, .values = values, .count = count };
}

enum status cassandra_put(struct cassandra_sink *sink, const struct known_ledger *rows,
			  size_t row_count, const struct ledger_row *marked,
			  const struct sink_mark *marks, size_t mark_count, struct err *err)
{
	size_t count = row_count + mark_count;
	struct cassandra_bound *bound = mem_calloc(count, sizeof(*bound));
	struct cassandra_value(*puts)[LEDGER_PUT_VALUES] = mem_calloc(row_count, sizeof(*puts));
	struct cassandra_value(*keys)[MARK_PUT_VALUES] = mem_calloc(mark_count + 1, sizeof(*keys));
	struct cassandra_error error = { .kind = NULL };
	uint32_t put = 0, mark = 0;
	enum status status = US_OK;
	int32_t result;

	if (!bound || !puts || !keys) {
		status = err_no_memory(err, "writing the ledger");
		goto out;
	}
	status = cassandra_statement(sink, CQL_LEDGER_PUT, &put, err);
	if (status == US_OK && mark_count)
		status = cassandra_statement(sink, CQL_MARK_PUT, &mark, err);
	if (status != US_OK)
		goto out;
	for (size_t t = 0; t < row_count; t++) {
		ledger_put_values(&rows[t].row, rows[t].written_us, puts[t]);
		point_at(&bound[t], put, puts[t], LEDGER_PUT_VALUES);
	}
	for (size_t i = 0; i < mark_count; i++) {
		mark_values(marked, &marks[i], rows[0].written_us, keys[i]);
		point_at(&bound[row_count + i], mark, keys[i], MARK_PUT_VALUES);
	}
	result = sink->api->execute(sink->session, bound, count,
				    count == 1 ? CASSANDRA_SINGLE : CASSANDRA_UNLOGGED, NULL, NULL,
				    &error);
	if (result != US_OK)
		status = cassandra_fail(sink, result, &error, "write the ledger of", err);
out:
	mem_free(bound);
	mem_free(puts);
	mem_free(keys);
	return status;
}

/* ---- taking over */

static enum status taken(const struct ledger_row *wanted, struct err *err)
{
	err_set(err, US_FATAL, EXIT_TRY_AGAIN,
		"partition %" PRId32 " of table %s was taken over by another process at the same "
		"time. Nothing was written",
		wanted->partition, wanted->table);
	if (err)
		err->kind = "ownership";
	return US_FATAL;
}

/* What is stored, or a row at the very beginning, under the base of `wanted`. */
static enum status claimed_row(struct cassandra_sink *sink, const struct ledger_row *wanted,
			       const struct known_ledger *stored, struct known_ledger *out,
			       struct buf *details, struct err *err)
{
	struct ledger_row *row = &out->row;

	if (stored->found) {
		enum status status = cassandra_ledger_get(sink, wanted->table, wanted->log_identity,
							  wanted->partition, out, details, err);

		if (status != US_OK)
			return status;
		if (!out->found || out->written_us != stored->written_us)
			return taken(wanted, err);
	} else {
		*out = (struct known_ledger){ .row = *wanted, .found = true };
		row->next = wanted->first;
		row->read = row->stored = row->filtered = row->rejected = 0;
		row->replayed = row->lost = row->anchor_timestamp_us = 0;
		row->anchor_hash = 0;
		row->details = SPAN_NULL;
	}
	row->stamp_base = wanted->stamp_base;
	row->updated_us = wanted->updated_us;
	out->written_us = ledger_timestamp(row, stored->written_us);
	if (row->last_stamp < out->written_us)
		row->last_stamp = out->written_us;
	return US_OK;
}

int64_t ledger_timestamp(const struct ledger_row *row, int64_t former)
{
	int64_t own = row->stamp_base + row->next - 1;

	return own > former ? own : former + 1;
}

/* Is what is stored now what was claimed? */
static enum status confirm(struct cassandra_sink *sink, const struct sink_write *write,
			   const struct known_ledger *claimed, struct known_ledger *stored,
			   struct err *err)
{
	enum status status = cassandra_ledger_check(sink, write, stored, err);

	for (size_t t = 0; status == US_OK && t < write->table_count; t++)
		if (stored[t].written_us != claimed[t].written_us ||
		    stored[t].row.stamp_base != claimed[t].row.stamp_base)
			status = taken(&write->ledger[t], err);
	return status;
}

enum status cassandra_claim(struct cassandra_sink *sink, const struct sink_write *write,
			    struct known_ledger *stored, struct err *err)
{
	struct known_ledger *claimed = mem_calloc(write->table_count, sizeof(*claimed));
	struct buf *details = mem_calloc(write->table_count, sizeof(*details));
	enum status status = US_OK;

	if (!claimed || !details) {
		mem_free(claimed);
		mem_free(details);
		return err_no_memory(err, "taking a partition over");
	}
	for (size_t t = 0; t < write->table_count; t++)
		buf_init(&details[t], DETAILS_MAX);
	for (size_t t = 0; status == US_OK && t < write->table_count; t++)
		status = claimed_row(sink, &write->ledger[t], &stored[t], &claimed[t], &details[t],
				     err);
	if (status == US_OK)
		status = cassandra_put(sink, claimed, write->table_count, &write->ledger[0], NULL,
				       0, err);
	if (status == US_OK)
		status = confirm(sink, write, claimed, stored, err);
	for (size_t t = 0; t < write->table_count; t++)
		buf_release(&details[t]);
	mem_free(details);
	mem_free(claimed);
	return status;
}
