/*
 * contract_source.h - what every source must do, whatever it reads. A backend's test gives a way to
 * open it and how many batches to look at.
 */
#ifndef TESTS_CONTRACT_SOURCE_H
#define TESTS_CONTRACT_SOURCE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/json.h"
#include "core/mem.h"
#include "source/source.h"

#define CONTRACT_BATCHES 8

struct contract {
	/* Open a source on the same data each time. */
	enum status (*open)(void *user, struct source **out, struct span cursor,
			    struct waiter *stop, struct err *err);
	void *user;
};

/* The keys of a source from a cursor on, one a line; where[i] is the length after batch i. */
struct contract_run {
	char *keys;
	size_t len;
	char *cursor[CONTRACT_BATCHES];
	size_t where[CONTRACT_BATCHES];
	int batches;
	bool ended;
};

static inline void contract_release(struct contract_run *run)
{
	free(run->keys);
	for (int i = 0; i < run->batches; i++)
		free(run->cursor[i]);
}

static inline void contract_take(struct contract_run *run, const struct source_batch *batch)
{
	assert_int_equal(batch->fetched,
			 (int64_t)batch->record_count + batch->refused + batch->filtered);
	assert_true(batch->cursor.len > 0);
	for (size_t i = 0; i < batch->record_count; i++) {
		const struct record *record = &batch->records[i];
		volatile char sum = 0;
		assert_non_null(record->value.data);
		assert_int_equal(record->value.data[0], '{');
		assert_int_equal(record->value.data[record->value.len - 1], '}');
		for (size_t at = 0; at < RECORD_PADDING; at++)
			sum = (char)(sum + record->value.data[record->value.len + at]);
		assert_true(record->timestamp_us > INT64_C(1500000000000000));
		assert_non_null(record->key.data);
		run->keys = realloc(run->keys, run->len + record->key.len + 1);
		assert_non_null(run->keys);
		memcpy(run->keys + run->len, record->key.data, record->key.len);
		run->len += record->key.len;
		run->keys[run->len++] = '\n';
	}
}

/* Read until the end, or `until` bytes of keys. */
static inline void contract_read(const struct contract *contract, struct span cursor, size_t until,
				 struct contract_run *run)
{
	struct source *source = NULL;
	struct err err = ERR_INIT;

	*run = (struct contract_run){ .keys = NULL };
	if (contract->open(contract->user, &source, cursor, NULL, &err) != US_OK)
		fail_msg("%s", err.text);
	while (!run->ended && run->batches < CONTRACT_BATCHES && (until == 0 || run->len < until)) {
		struct source_batch batch;
		if (source_next(source, &batch, &err) != US_OK)
			fail_msg("%s", err.text);
		contract_take(run, &batch);
		run->cursor[run->batches] = strndup(batch.cursor.data, batch.cursor.len);
		run->where[run->batches] = run->len;
		run->batches++;
		run->ended = batch.end;
	}
	source_close(source);
}

/* From any cursor on, exactly what followed it the first time: nothing skipped, nothing repeated.
 */
static inline void contract_restarts_where_it_stood(const struct contract *contract)
{
	struct contract_run whole;

	contract_read(contract, SPAN_NULL, 0, &whole);
	assert_true(whole.batches > 1);
	assert_true(whole.len > 0);
	for (int i = 0; i < whole.batches; i++) {
		struct contract_run rest;
		size_t left = whole.len - whole.where[i];
		if (left == 0 && !whole.ended)
			continue;
		contract_read(contract, span_of(whole.cursor[i]), left, &rest);
		assert_true(rest.len >= left || whole.ended);
		assert_true(!whole.ended || rest.len == left);
		if (left)
			assert_memory_equal(rest.keys, whole.keys + whole.where[i], left);
		contract_release(&rest);
	}
	contract_release(&whole);
}

static inline bool contract_read_once(const struct contract *contract)
{
	struct source *source = NULL;
	struct err err = ERR_INIT;
	enum status status = contract->open(contract->user, &source, SPAN_NULL, NULL, &err);

	for (int i = 0; status == US_OK && i < 3; i++) {
		struct source_batch batch;
		status = source_next(source, &batch, &err);
		if (status == US_OK && batch.end)
			break;
	}
	source_close(source);
	if (status != US_OK && status != US_FATAL)
		fail_msg("%s: %s", status_name(status), err.text);
	if (status == US_FATAL)
		assert_non_null(strstr(err.text, "out of memory"));
	return status == US_OK;
}

static inline void contract_survives_every_failed_allocation(const struct contract *contract)
{
	uint64_t n = 1;

	for (;; n++) {
		mem_fail_at(n);
		if (contract_read_once(contract)) {
			/* nothing failed: the n-th allocation was never made */
			break;
		}
		assert_true(n < 2000);
	}
	mem_fail_at(0);
	assert_true(n > 3);
}

static inline void contract_steady_stream_allocates_nothing(const struct contract *contract)
{
	struct source *source = NULL;
	struct err err = ERR_INIT;
	uint64_t before = 0;

	if (contract->open(contract->user, &source, SPAN_NULL, NULL, &err) != US_OK)
		fail_msg("%s", err.text);
	for (int i = 0; i < CONTRACT_BATCHES; i++) {
		struct source_batch batch;
		assert_int_equal(source_next(source, &batch, &err), US_OK);
		if (i == 3)
			before = mem_count();
		if (batch.end)
			break;
	}
	/* the first start and a restart may allocate; later batches of the same size not per record
	 */
	assert_true(mem_count() - before < 32);
	source_close(source);
}

#endif
