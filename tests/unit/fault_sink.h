/*
 * fault_sink.h - a sink in front of a sink that fails when it is told to, for tests of what is in
 * front of both. Header only, since a test program is one file.
 *
 *     struct fault_sink faults = { .inner = sink, .every = 3, .fault = FAULT_FULL };
 *     struct sink *faulty = fault_sink_open(&faults);
 */
#ifndef TESTS_FAULT_SINK_H
#define TESTS_FAULT_SINK_H

#include "sink/sink.h"

enum sink_fault {
	FAULT_RETRY,     /* US_RETRY kind "busy", nothing was done */
	FAULT_FULL,      /* US_RETRY kind "full", nothing was done */
	FAULT_FATAL,     /* US_FATAL kind "io", nothing was done */
	FAULT_OWNERSHIP, /* US_FATAL kind "ownership", nothing was done */
	FAULT_LATE,      /* US_RETRY kind "busy", and yet it was done: the answer is lost */
	FAULT_ROW        /* US_REJECT kind "row" for row 0 of the first table that has rows */
};

/* Which calls fail; a bit set for `calls`. */
enum { FAULT_PREPARE = 1, FAULT_LEDGER = 2, FAULT_WRITE = 4, FAULT_STATE = 8, FAULT_QUERY = 16 };

struct fault_sink {
	struct sink base;
	struct sink *inner; /* closed by close where owned, else by the test */
	bool owned;
	enum sink_fault fault;
	unsigned calls;  /* of which kinds; 0: writes */
	uint64_t every;  /* each n-th call fails; 0: none */
	uint64_t first;  /* only from the n-th call on (counting from 1) */
	uint64_t times;  /* fail at most so often; 0: no bound */
	uint64_t count;  /* calls so far */
	uint64_t failed; /* of them */
};

static inline struct fault_sink *fault_of(struct sink *sink)
{
	return (struct fault_sink *)sink;
}

static inline bool fault_now(struct fault_sink *faults, unsigned call)
{
	if (!((faults->calls ? faults->calls : FAULT_WRITE) & call))
		return false;
	faults->count++;
	if (!faults->every || faults->count < faults->first || faults->count % faults->every ||
	    (faults->times && faults->failed == faults->times))
		return false;
	faults->failed++;
	return true;
}

static inline enum status fault_fail(const struct fault_sink *faults, struct err *err)
{
	static const struct {
		enum status status;
		enum exit_code code;
		const char *kind;
	} faces[] = {
		[FAULT_RETRY] = { US_RETRY, EXIT_TRY_AGAIN, "busy" },
		[FAULT_FULL] = { US_RETRY, EXIT_IO, "full" },
		[FAULT_FATAL] = { US_FATAL, EXIT_IO, "io" },
		[FAULT_OWNERSHIP] = { US_FATAL, EXIT_TRY_AGAIN, "ownership" },
		[FAULT_LATE] = { US_RETRY, EXIT_TRY_AGAIN, "busy" },
		[FAULT_ROW] = { US_REJECT, EXIT_BAD_DATA, "row" },
	};

	err_set(err, faces[faults->fault].status, faces[faults->fault].code,
		"the test lets the sink fail (call %llu)", (unsigned long long)faults->count);
	if (err)
		err->kind = faces[faults->fault].kind;
	return faces[faults->fault].status;
}

static inline enum status fault_prepare(struct sink *sink, const struct table_def *const *tables,
					size_t count, struct err *err)
{
	struct fault_sink *faults = fault_of(sink);

	if (fault_now(faults, FAULT_PREPARE))
		return fault_fail(faults, err);
	return faults->inner->ops->prepare(faults->inner, tables, count, err);
}

static inline enum status fault_ledger(struct sink *sink, const char *table,
				       const char *log_identity, int32_t partition,
				       struct ledger_row *out, bool *found, struct buf *details,
				       struct err *err)
{
	struct fault_sink *faults = fault_of(sink);

	if (fault_now(faults, FAULT_LEDGER))
		return fault_fail(faults, err);
	return faults->inner->ops->ledger(faults->inner, table, log_identity, partition, out, found,
					  details, err);
}

static inline enum status fault_write(struct sink *sink, const struct sink_write *write,
				      size_t *bad_table, int64_t *bad_row, struct err *err)
{
	struct fault_sink *faults = fault_of(sink);
	size_t table = 0;
	enum status status;

	if (!fault_now(faults, FAULT_WRITE))
		return faults->inner->ops->write(faults->inner, write, bad_table, bad_row, err);
	if (faults->fault == FAULT_LATE) {
		status = faults->inner->ops->write(faults->inner, write, bad_table, bad_row, err);
		return status == US_OK ? fault_fail(faults, err) : status;
	}
	if (faults->fault == FAULT_ROW) {
		while (table < write->table_count && write->rows[table].row_count == 0)
			table++;
		if (table == write->table_count)
			return faults->inner->ops->write(faults->inner, write, bad_table, bad_row,
							 err);
		*bad_table = table;
		*bad_row = 0;
	}
	return fault_fail(faults, err);
}

static inline enum status fault_query(struct sink *sink, const char *text, sink_row_fn row,
				      void *user, struct err *err)
{
	struct fault_sink *faults = fault_of(sink);

	if (fault_now(faults, FAULT_QUERY))
		return fault_fail(faults, err);
	return faults->inner->ops->query(faults->inner, text, row, user, err);
}

static inline enum status fault_state_get(struct sink *sink, const char *key, struct buf *out,
					  bool *found, struct err *err)
{
	struct fault_sink *faults = fault_of(sink);

	if (fault_now(faults, FAULT_STATE))
		return fault_fail(faults, err);
	return faults->inner->ops->state_get(faults->inner, key, out, found, err);
}

static inline enum status fault_state_put(struct sink *sink, const char *key, struct span value,
					  struct err *err)
{
	struct fault_sink *faults = fault_of(sink);

	if (fault_now(faults, FAULT_STATE))
		return fault_fail(faults, err);
	return faults->inner->ops->state_put(faults->inner, key, value, err);
}

static inline void fault_close(struct sink *sink)
{
	struct fault_sink *faults = fault_of(sink);

	if (faults->owned)
		sink_close(faults->inner);
	faults->inner = NULL;
}

/* The sink to hand out; `faults` must outlive it. */
static inline struct sink *fault_sink_open(struct fault_sink *faults)
{
	static const struct sink_ops ops = { .scheme = "fault",
					     .prepare = fault_prepare,
					     .ledger = fault_ledger,
					     .write = fault_write,
					     .query = fault_query,
					     .state_get = fault_state_get,
					     .state_put = fault_state_put,
					     .close = fault_close };

	faults->base.ops = &ops;
	return &faults->base;
}

#endif
