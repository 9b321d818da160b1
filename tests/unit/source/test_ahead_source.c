/*
 * A source that reads ahead keeps the contract of the one inside, and lends what that lent before.
 */
#include "contract_source.h"
#include "source/ahead_source.h"

static enum status open_ahead(void *user, struct source **out, struct span cursor,
			      struct waiter *stop, struct err *err)
{
	const struct source_config config = { .uri = user, .results = 7, .stop = stop };
	enum status status = source_open(out, &config, cursor, err);

	if (status == US_OK)
		status = source_ahead(out, err);
	if (status == US_OK)
		return status;
	source_close(*out);
	*out = NULL;
	return status;
}

static char uri[] = "memory:40";
static const struct contract contract = { .open = open_ahead, .user = uri };

static void restarts_where_it_stood(void **state)
{
	(void)state;
	contract_restarts_where_it_stood(&contract);
}

static void survives_every_failed_allocation(void **state)
{
	(void)state;
	contract_survives_every_failed_allocation(&contract);
}

/* ---- a source that overwrites what it lends, fails at its third call, and ends at its sixth */

struct moody {
	struct source base;
	char value[16 + RECORD_PADDING];
	struct record record;
	struct header header;
	int calls;
	bool *closed;
};

static enum status moody_next(struct source *base, struct source_batch *batch, struct err *err)
{
	struct moody *moody = (struct moody *)base;

	if (++moody->calls == 3)
		return err_set(err, US_RETRY, EXIT_TRY_AGAIN, "not now");
	snprintf(moody->value, sizeof(moody->value), "%d", moody->calls);
	moody->header = (struct header){ .name = SPAN_LITERAL("call"),
					 .value = span_of(moody->value) };
	moody->record = (struct record){ .key = span_of(moody->value),
					 .value = span_of(moody->value),
					 .headers = &moody->header,
					 .header_count = 1 };
	*batch = (struct source_batch){ .records = &moody->record,
					.record_count = 1,
					.cursor = span_of(moody->value),
					.fetched = 1,
					.end = moody->calls == 6 };
	return US_OK;
}

static void moody_stat(const struct source *base, struct source_stat *out)
{
	*out = (struct source_stat){ .done_bytes = ((const struct moody *)base)->calls };
}

static void moody_close(struct source *base)
{
	*((struct moody *)base)->closed = true;
}

static const struct source_ops moody_ops = {
	.scheme = "moody", .next = moody_next, .stat = moody_stat, .close = moody_close
};

static void lends_what_was_lent(void **state)
{
	bool closed = false;
	struct moody moody = { .base.ops = &moody_ops, .closed = &closed };
	struct source *source = &moody.base;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(US_OK, source_ahead(&source, &err));
	for (int call = 1; call <= 7; call++) {
		struct source_batch batch;
		struct source_stat stat;
		enum status status = source_next(source, &batch, &err);
		char text[16];

		/* its own position, not that of what was read ahead */
		source_stat(source, &stat);
		assert_int_equal(call, stat.done_bytes);
		if (call == 3) {
			assert_int_equal(US_RETRY, status);
			assert_string_equal("not now", err.text);
			continue;
		}
		assert_int_equal(US_OK, status);
		snprintf(text, sizeof(text), "%d", call);
		assert_int_equal(1, batch.record_count);
		assert_true(span_equal(batch.cursor, span_of(text)));
		assert_true(span_equal(batch.records[0].key, span_of(text)));
		assert_true(span_equal(batch.records[0].value, span_of(text)));
		assert_true(span_equal(batch.records[0].headers[0].value, span_of(text)));
		assert_int_equal(call == 6, batch.end);
	}
	source_close(source);
	assert_true(closed);
}

static void closes_while_it_reads(void **state)
{
	(void)state;
	for (int i = 0; i < 200; i++) {
		bool closed = false;
		struct moody moody = { .base.ops = &moody_ops, .closed = &closed };
		struct source *source = &moody.base;
		struct err err = ERR_INIT;
		assert_int_equal(US_OK, source_ahead(&source, &err));
		source_close(source);
		assert_true(closed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(restarts_where_it_stood),
		cmocka_unit_test(survives_every_failed_allocation),
		cmocka_unit_test(lends_what_was_lent),
		cmocka_unit_test(closes_while_it_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
