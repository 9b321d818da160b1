/*
 * verify.c - see verify.h. Reads everything first, then checks one account after the other. A
 * processor may be at work meanwhile: when the ledger moved while something differed, it is all
 * read again.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/clock.h"
#include "core/mem.h"
#include "pipeline/gate.h"
#include "pipeline/plan_tables.h"
#include "pipeline/process.h"
#include "pipeline/verify_state.h"

#define VERIFY_TRIES      5
#define VERIFY_TOLD       20
#define VERIFY_REPORT_MAX ((size_t)8 << 20)

static void add_line(struct verify *verify, const char *mark, const char *line)
{
	buf_printf(&verify->result->report, "%s%s\n", mark, line);
}

void verify_differs(struct verify *verify, const char *fmt, ...)
{
	int64_t told = verify->config->max_differences ? verify->config->max_differences
						       : VERIFY_TOLD;
	char line[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	if (verify->result->differences++ < told)
		add_line(verify, "DIFFERS  ", line);
}

void verify_tell(struct verify *verify, const char *fmt, ...)
{
	char line[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	add_line(verify, "         ", line);
}

/* ---- reading */

static enum status open_all(struct verify *verify, struct err *err)
{
	struct log_config log_config = verify->config->log;
	struct sink_config sink_config = verify->config->sink;
	enum status status;

	log_config.create = log_config.exclusive = false;
	log_config.read_only = true;
	log_config.stream = LOG_RECORDS;
	status = log_open(&verify->log, &log_config, err);
	log_config.stream = LOG_DEAD_LETTERS;
	if (status == US_OK)
		status = log_open(&verify->letters, &log_config, err);
	sink_config.create = sink_config.read_only = false;
	if (status == US_OK)
		status = plan_sink_open(&verify->sink, &sink_config, verify->config->plan, err);
	return status;
}

static bool take_count(void *user, size_t columns, const char *const *names,
		       const struct sink_cell *row)
{
	int64_t *count = user;
	char text[32] = "";

	(void)names;
	if (row && columns && row[0].text.len < sizeof(text)) {
		memcpy(text, row[0].text.data, row[0].text.len);
		*count = strtoll(text, NULL, 10);
	}
	return true;
}

static bool count_row(void *user, size_t columns, const char *const *names,
		      const struct sink_cell *row)
{
	int64_t *count = user;

	(void)columns;
	(void)names;
	*count += row != NULL;
	return true;
}

static enum status count_rows(struct verify *verify, struct err *err)
{
	enum status status = US_OK;

	for (size_t t = 0; t < plan_table_count(verify->config->plan) && status == US_OK; t++) {
		const struct table_def *table = plan_table(verify->config->plan, t);
		bool reads = verify->sink->ops->counts_by_reading;
		char query[512];

		if (reads)
			snprintf(query, sizeof(query), "SELECT \"%s\" FROM \"%s\"",
				 table->columns[table->key[0]].name, table->name);
		else
			snprintf(query, sizeof(query), "SELECT count(*) FROM \"%s\"", table->name);
		status = verify->sink->ops->query(
		    verify->sink, query, reads ? count_row : take_count, &verify->rows[t], err);
	}
	return status;
}

static bool sum_counts(struct count_list *sum, const struct count_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (!count_list_add(sum, list->items[i].name, list->items[i].count))
			return false;
	return true;
}

static void sum_column(struct column_total *sum, const struct column_total *one)
{
	sum->nulls += one->nulls;
	if (!one->ranged)
		return;
	if (!sum->ranged || one->min < sum->min)
		sum->min = one->min;
	if (!sum->ranged || one->max > sum->max)
		sum->max = one->max;
	if (!sum->ranged || one->min_real < sum->min_real)
		sum->min_real = one->min_real;
	if (!sum->ranged || one->max_real > sum->max_real)
		sum->max_real = one->max_real;
	sum->ranged = true;
}

static bool sum_totals(struct totals *sum, const struct totals *one)
{
	sum->read += one->read;
	sum->stored += one->stored;
	sum->filtered += one->filtered;
	sum->rejected += one->rejected;
	sum->replayed += one->replayed;
	sum->lost += one->lost;
	sum->rows += one->rows;
	for (size_t c = 0; c < sum->table->column_count; c++)
		sum_column(&sum->columns[c], &one->columns[c]);
	return sum_counts(&sum->violations, &one->violations) &&
	       sum_counts(&sum->rejected_by, &one->rejected_by);
}

static enum status read_partition(struct verify *verify, size_t i, struct err *err)
{
	const struct log_partition_stat *stat = &verify->stat.partitions[i];
	struct partition *partition;
	enum status status;

	partition = partition_new(stat->partition, verify->config->plan);
	if (!partition)
		return err_no_memory(err, "verifying");
	verify->partitions[i] = partition;
	status = partition_load(partition, verify->sink, verify->stat.identity, stat->low,
				&verify->found[i], err);
	for (size_t t = 0; t < partition->table_count && status == US_OK; t++)
		if (!sum_totals(&verify->sums[t], &partition->totals[t]))
			status = err_no_memory(err, "verifying");
	if (stat->high > partition->next)
		verify->lag += stat->high - partition->next;
	return status;
}

/* Is the table filled by this very pipeline file, from this very log? */
static enum status read_history(struct verify *verify, struct err *err)
{
	const struct plan *plan = verify->config->plan;
	struct buf text;
	struct ledger_row row;
	bool found = false;
	enum status status;

	buf_init(&text, DETAILS_MAX);
	status = verify->sink->ops->state_get(verify->sink, STATE_FORMER_LOG, &text,
					      &verify->former_log, err);
	for (size_t i = 0; i < verify->stat.partition_count && status == US_OK; i++) {
		buf_reset(&text);
		status = verify->sink->ops->ledger(
		    verify->sink, plan_table(plan, 0)->name, verify->stat.identity,
		    verify->stat.partitions[i].partition, &row, &found, &text, err);
		if (status == US_OK && found &&
		    strcmp(row.fingerprint, plan_fingerprint(plan)) != 0)
			verify->fingerprint_new = true;
	}
	buf_release(&text);
	return status;
}

static enum status read_letters(struct verify *verify, struct err *err)
{
	struct log_stat stat = { 0 };
	enum status status = verify->letters->ops->stat(verify->letters, &stat, err);

	if (status != US_OK)
		return status;
	for (size_t i = 0; i < stat.partition_count; i++)
		verify->letters_purged = verify->letters_purged || stat.partitions[i].low > 0;
	log_stat_release(&stat);
	status = dead_fold_read(&verify->fold, verify->letters, verify->stat.identity, err);
	for (size_t i = 0; i < verify->stat.partition_count && status == US_OK; i++) {
		const struct fold_generation now = {
			.partition = verify->partitions[i]->id,
			.generation = verify->partitions[i]->generation,
			.first = verify->partitions[i]->first,
			.next = verify->partitions[i]->next
		};

		dead_fold_judge(&verify->fold, &now, 1);
		status = dead_fold_marks(&verify->fold, verify->sink, verify->stat.identity, &now,
					 err);
	}
	return status;
}

static enum status read_all(struct verify *verify, struct err *err)
{
	size_t tables = plan_table_count(verify->config->plan);
	enum status status = verify->log->ops->stat(verify->log, &verify->stat, err);

	if (status != US_OK)
		return status;
	verify->partitions = mem_calloc(verify->stat.partition_count + 1, sizeof(void *));
	verify->found = mem_calloc(verify->stat.partition_count + 1, sizeof(*verify->found));
	verify->sums = mem_calloc(tables, sizeof(*verify->sums));
	verify->rows = mem_calloc(tables, sizeof(*verify->rows));
	if (!verify->partitions || !verify->found || !verify->sums || !verify->rows)
		return err_no_memory(err, "verifying");
	for (size_t t = 0; t < tables; t++)
		if (!totals_init(&verify->sums[t], plan_table(verify->config->plan, t)))
			return err_no_memory(err, "verifying");
	status = ingest_cursor_read(verify->log, &verify->cursor, err);
	for (size_t i = 0; i < verify->stat.partition_count && status == US_OK; i++)
		status = read_partition(verify, i, err);
	if (status == US_OK)
		status = read_history(verify, err);
	if (status == US_OK)
		status = read_letters(verify, err);
	return status == US_OK ? count_rows(verify, err) : status;
}

static void release_all(struct verify *verify)
{
	for (size_t i = 0; verify->partitions && i < verify->stat.partition_count; i++)
		partition_free(verify->partitions[i]);
	for (size_t t = 0; verify->sums && t < plan_table_count(verify->config->plan); t++)
		totals_release(&verify->sums[t]);
	mem_free(verify->partitions);
	mem_free(verify->found);
	mem_free(verify->sums);
	mem_free(verify->rows);
	log_stat_release(&verify->stat);
	dead_fold_release(&verify->fold);
	ingest_cursor_release(&verify->cursor);
	sink_close(verify->sink);
	log_close(verify->letters);
	log_close(verify->log);
}

/* ---- the accounts */

static void check_source(struct verify *verify)
{
	const struct ingest_cursor *cursor = &verify->cursor;
	int64_t sum = cursor->appended + cursor->refused + cursor->filtered, high = 0;
	int64_t in_log = cursor->appended + cursor->refetched;

	for (size_t i = 0; i < verify->stat.partition_count; i++)
		high += verify->stat.partitions[i].high;
	if (cursor->source.len == 0) {
		verify_tell(verify,
			    "source: nothing was fetched into this log; it holds %" PRId64
			    " records",
			    high);
		return;
	}
	verify_tell(verify,
		    "source: fetched %" PRId64 " = appended %" PRId64 " + refused %" PRId64
		    " + filtered %" PRId64 ", last from %s",
		    cursor->fetched, cursor->appended, cursor->refused, cursor->filtered,
		    buf_text(&cursor->source));
	if (cursor->fetched != sum)
		verify_differs(verify,
			       "source: fetched %" PRId64
			       ", but appended, refused and filtered are %" PRId64,
			       cursor->fetched, sum);
	if (verify->log->ops->shared ? in_log > high : in_log != high)
		verify_differs(verify,
			       "log: %" PRId64 " records were appended, its offsets say %" PRId64,
			       in_log, high);
	else if (in_log < high)
		verify_tell(verify, "log: %" PRId64 " records more, of other producers",
			    high - in_log);
}

int64_t verify_pending_letters(const struct verify *verify, const char *table, int32_t partition)
{
	uint16_t bit = dead_fold_table(&verify->fold, table);
	int64_t count = 0;

	for (size_t i = 0; i < verify->fold.capacity; i++) {
		const struct folded_letter *letter = &verify->fold.slots[i];

		count += letter->partition == partition && letter->state == LETTER_PENDING &&
			 !letter->earlier && (letter->tables & bit) != 0;
	}
	return count;
}

static void check_table(struct verify *verify, size_t i, size_t t)
{
	const struct partition *partition = verify->partitions[i];
	const struct totals *totals = &partition->totals[t];
	const char *name = totals->table->name;
	int64_t letters = verify_pending_letters(verify, name, partition->id);
	int64_t sum = totals->stored + totals->filtered + totals->rejected;

	verify_tell(verify,
		    "%s, partition %d: read %" PRId64 " = stored %" PRId64 " + filtered %" PRId64
		    " + rejected %" PRId64 "; lost %" PRId64 ", replayed %" PRId64,
		    name, (int)partition->id, totals->read, totals->stored, totals->filtered,
		    totals->rejected, totals->lost, totals->replayed);
	if (totals->read != sum)
		verify_differs(verify,
			       "%s, partition %d: read %" PRId64
			       ", but stored, filtered and rejected are %" PRId64,
			       name, (int)partition->id, totals->read, sum);
	/* a topic's offsets may have holes; a log of ours has none */
	if (!verify->log->ops->shared &&
	    partition->next - partition->first != totals->read + totals->lost)
		verify_differs(verify,
			       "%s, partition %d: the offsets %" PRId64 " to %" PRId64
			       " are %" PRId64 " records, read and lost are %" PRId64,
			       name, (int)partition->id, partition->first, partition->next - 1,
			       partition->next - partition->first, totals->read + totals->lost);
	if (letters != totals->rejected && !(verify->letters_purged && letters < totals->rejected))
		verify_differs(verify,
			       "%s, partition %d: rejected %" PRId64 ", but %" PRId64
			       " dead letters are not yet replayed",
			       name, (int)partition->id, totals->rejected, letters);
}

static void check_partition(struct verify *verify, size_t i)
{
	const struct log_partition_stat *stat = &verify->stat.partitions[i];
	const struct partition *partition = verify->partitions[i];

	if (!verify->found[i]) {
		if (stat->high > stat->low)
			verify_tell(verify, "partition %d: nothing is processed yet",
				    (int)stat->partition);
		return;
	}
	for (size_t t = 0; t < partition->table_count; t++)
		check_table(verify, i, t);
	if (partition->next > stat->high)
		verify_differs(verify,
			       "partition %d: the ledger stands at offset %" PRId64
			       ", the log ends at %" PRId64,
			       (int)stat->partition, partition->next, stat->high);
}

bool verify_is_unsettled(const struct verify *verify)
{
	return verify->sink->ops->writes_rows_first && verify->lag > 0;
}

static void check_rows(struct verify *verify)
{
	bool whole = !verify->former_log;

	for (size_t i = 0; i < verify->stat.partition_count; i++)
		whole = whole && verify->partitions[i]->first == 0 &&
			/* a topic made anew under its name is begun anew */
			(!verify->log->ops->shared || verify->partitions[i]->generation == 0);
	for (size_t t = 0; t < plan_table_count(verify->config->plan); t++) {
		const struct totals *sum = &verify->sums[t];

		verify_tell(verify, "%s: %" PRId64 " rows, of %" PRId64 " written",
			    sum->table->name, verify->rows[t], sum->rows);
		/* rows from before the pass that the ledger counts may be there too */
		if (whole && verify->rows[t] > sum->rows && verify_is_unsettled(verify))
			verify_tell(verify,
				    "%s: %" PRId64
				    " rows more are stored, of records that are not done yet: a "
				    "processor was ended before it had written their ledger",
				    sum->table->name, verify->rows[t] - sum->rows);
		else if (whole && verify->rows[t] > sum->rows)
			verify_differs(verify,
				       "%s: %" PRId64 " rows, but only %" PRId64 " were written",
				       sum->table->name, verify->rows[t], sum->rows);
		if (sum->rows > 0 && verify->rows[t] == 0 && !verify->sink->rows_expire)
			verify_differs(verify, "%s: it is empty, but %" PRId64 " rows were written",
				       sum->table->name, sum->rows);
	}
	verify_tell(verify, "lag: %" PRId64 " records of the log are not processed yet",
		    verify->lag);
}

static enum status check_gate(struct verify *verify, struct err *err)
{
	const struct gate_facts facts = { .plan = verify->config->plan,
					  .totals = verify->sums,
					  .rows = verify->rows,
					  .lag = verify->lag,
					  .fetched = verify->cursor.fetched,
					  .appended = verify->cursor.appended,
					  .refused = verify->cursor.refused,
					  .source_filtered = verify->cursor.filtered };
	struct gate *gate;
	struct buf failing;
	enum status status;
	char *line, *rest = NULL;

	if (!verify->config->gate)
		return US_OK;
	status = gate_parse(&gate, span_of(verify->config->gate), verify->config->plan, err);
	if (status != US_OK)
		return status;
	buf_init(&failing, VERIFY_REPORT_MAX);
	verify->result->gates_failed = gate_measure(gate, &facts, &failing);
	verify_tell(verify, "gate: %" PRId64 " of %zu conditions hold",
		    (int64_t)gate_count(gate) - verify->result->gates_failed, gate_count(gate));
	for (line = failing.len ? failing.data : NULL; line; line = rest) {
		rest = strchr(line, '\n');
		if (rest)
			*rest++ = 0;
		if (*line)
			buf_printf(&verify->result->report, "GATE     %s\n", line);
	}
	buf_release(&failing);
	gate_free(gate);
	return US_OK;
}

/* ---- the whole */

/* Did a processor or a replay move the ledger meanwhile? */
static enum status has_moved(struct verify *verify, bool *moved, struct err *err)
{
	struct log_stat now = { 0 };
	enum status status = verify->log->ops->stat(verify->log, &now, err);

	*moved = false;
	for (size_t i = 0; i < verify->stat.partition_count && status == US_OK; i++) {
		const struct partition *then = verify->partitions[i];
		struct partition *partition = partition_new(then->id, verify->config->plan);
		bool found;

		if (!partition) {
			status = err_no_memory(err, "verifying");
			break;
		}
		status = partition_load(partition, verify->sink, verify->stat.identity, 0, &found,
					err);
		if (status == US_OK &&
		    (partition->next != then->next || partition->generation != then->generation ||
		     partition->totals[0].replayed != then->totals[0].replayed))
			*moved = found;
		partition_free(partition);
		if (i < now.partition_count &&
		    now.partitions[i].high != verify->stat.partitions[i].high)
			*moved = true;
	}
	log_stat_release(&now);
	return status;
}

static enum status verify_once(struct verify *verify, bool *moved, struct err *err)
{
	enum status status = open_all(verify, err);

	if (status == US_OK)
		status = read_all(verify, err);
	if (status != US_OK)
		return status;
	check_source(verify);
	for (size_t i = 0; i < verify->stat.partition_count; i++)
		check_partition(verify, i);
	check_rows(verify);
	if (verify->fingerprint_new)
		verify_tell(
		    verify,
		    "the pipeline file changed since: what is stored was made by another one "
		    "(userstream process --from earliest makes it anew)");
	if (verify->config->deep)
		status = verify_deep(verify, err);
	if (status == US_OK)
		status = check_gate(verify, err);
	if (status == US_OK && verify->result->differences)
		status = has_moved(verify, moved, err);
	return status;
}

enum status verify_run(const struct verify_config *config, struct verify_result *out,
		       struct err *err)
{
	const struct timespec pause = { .tv_nsec = 100 * 1000000 };
	enum status status = US_OK;
	bool moved = true;

	*out = (struct verify_result){ 0 };
	buf_init(&out->report, VERIFY_REPORT_MAX);
	for (int tries = 0; moved && tries < VERIFY_TRIES && status == US_OK; tries++) {
		struct verify verify = { .config = config, .result = out };

		if (tries)
			nanosleep(&pause, NULL);
		buf_reset(&out->report);
		out->differences = out->gates_failed = 0;
		moved = false;
		ingest_cursor_init(&verify.cursor);
		status = verify_once(&verify, &moved, err);
		release_all(&verify);
	}
	if (status == US_OK && moved)
		status = err_set(
		    err, US_RETRY, EXIT_TRY_AGAIN,
		    "the table is being written to, so there is nothing still to compare: "
		    "stop the processor (Ctrl-C), then verify");
	if (status == US_OK && out->report.failed)
		status = err_no_memory(err, "verifying");
	if (status != US_OK)
		verify_result_release(out);
	return status;
}

void verify_result_release(struct verify_result *result)
{
	buf_release(&result->report);
}
