/* rooms: pipeline sql sink log source net core */
/*
 * The texts that this room reads: --gate conditions, and our own JSON out of a log or a sink that
 * somebody else may have written to (the ingest cursor, the ledger's details). The first byte
 * chooses.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/gate.h"
#include "pipeline/ingest_cursor.h"
#include "pipeline/totals.h"

static const char sql[] = "CREATE STREAMING TABLE t (id TEXT, n INT, d DOUBLE, PRIMARY KEY (id),\n"
			  "CONSTRAINT c EXPECT (n < 9)) AS SELECT id AS id, CAST(n AS INT) AS n,\n"
			  "CAST(d AS DOUBLE) AS d FROM STREAM s;";
static struct plan *plan;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct diag_list diags;
	struct err err = ERR_INIT;

	(void)argc;
	(void)argv;
	diag_init(&diags, "fuzz.sql", span_of(sql));
	plan = plan_compile(span_of(sql), NULL, &diags, &err);
	diag_release(&diags);
	if (!plan)
		abort();
	return 0;
}

static void read_gate(struct span text)
{
	struct gate *gate;
	struct err err = ERR_INIT;

	if (gate_parse(&gate, text, plan, &err) != US_OK) {
		if (!err.text[0])
			abort();
		return;
	}
	gate_free(gate);
}

static void read_cursor(struct span text)
{
	struct ingest_cursor cursor, again;
	struct err err = ERR_INIT;
	struct buf out;

	ingest_cursor_init(&cursor);
	ingest_cursor_init(&again);
	buf_init(&out, 2 * CURSOR_MAX);
	if (ingest_cursor_parse(&cursor, text, &err) == US_OK) {
		ingest_cursor_print(&cursor, &out);
		if (!out.failed && (ingest_cursor_parse(&again, buf_span(&out), &err) != US_OK ||
				    again.fetched != cursor.fetched))
			abort();
	}
	buf_release(&out);
	ingest_cursor_release(&cursor);
	ingest_cursor_release(&again);
}

static void read_details(struct span text)
{
	const struct ledger_row row = { .details = text };
	struct totals totals;
	struct err err = ERR_INIT;

	if (!totals_init(&totals, plan_table(plan, 0)))
		return;
	totals_load(&totals, &row, &err);
	totals_release(&totals);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy;
	struct span text;

	if (size < 1)
		return 0;
	/* exactly as long as it is, so that a read past the end is seen */
	copy = malloc(size);
	if (!copy)
		return 0;
	memcpy(copy, data, size);
	text = (struct span){ .data = copy + 1, .len = size - 1 };
	if (data[0] % 3 == 0)
		read_gate(text);
	else if (data[0] % 3 == 1)
		read_cursor(text);
	else
		read_details(text);
	free(copy);
	return 0;
}
