/*
 * totals.c - see totals.h.
 */
#include "pipeline/totals.h"

#include <inttypes.h>
#include <math.h>

#include "core/json_pull.h"
#include "core/mem.h"

/* ---- names and counts */

static struct count_entry *count_list_find(const struct count_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].name, name) == 0)
			return &list->items[i];
	return NULL;
}

bool count_list_add(struct count_list *list, const char *name, int64_t count)
{
	struct count_entry *entry = count_list_find(list, name);

	if (!entry) {
		char *copy;

		if (list->count == list->capacity) {
			size_t capacity = list->capacity ? list->capacity * 2 : 8;
			struct count_entry *items = mem_realloc(list->items,
								capacity * sizeof(*items));

			if (!items)
				return false;
			list->items = items;
			list->capacity = capacity;
		}
		copy = mem_strdup(name);
		if (!copy)
			return false;
		entry = &list->items[list->count++];
		*entry = (struct count_entry){ .name = copy };
	}
	entry->count += count;
	return true;
}

int64_t count_list_get(const struct count_list *list, const char *name, bool *found)
{
	const struct count_entry *entry = count_list_find(list, name);

	if (found)
		*found = entry != NULL;
	return entry ? entry->count : 0;
}

void count_list_release(struct count_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		mem_free(list->items[i].name);
	mem_free(list->items);
	*list = (struct count_list){ 0 };
}

/* ---- totals */

bool totals_init(struct totals *totals, const struct table_def *table)
{
	*totals = (struct totals){ .table = table };
	totals->columns = mem_calloc(table->column_count, sizeof(*totals->columns));
	return totals->columns != NULL;
}

void totals_release(struct totals *totals)
{
	count_list_release(&totals->violations);
	count_list_release(&totals->rejected_by);
	mem_free(totals->columns);
	totals->columns = NULL;
}

void totals_clear(struct totals *totals)
{
	totals->read = totals->stored = totals->filtered = totals->rejected = 0;
	totals->replayed = totals->lost = totals->rows = 0;
	/* names stay (no allocation on the way of a rewind), a count of 0 is never shown */
	for (size_t i = 0; i < totals->violations.count; i++)
		totals->violations.items[i].count = 0;
	for (size_t i = 0; i < totals->rejected_by.count; i++)
		totals->rejected_by.items[i].count = 0;
	memset(totals->columns, 0, totals->table->column_count * sizeof(*totals->columns));
}

static void range_add(struct column_total *total, int64_t low, int64_t high)
{
	if (!total->ranged || low < total->min)
		total->min = low;
	if (!total->ranged || high > total->max)
		total->max = high;
	total->ranged = true;
}

static void range_add_real(struct column_total *total, double low, double high)
{
	if (!total->ranged || low < total->min_real)
		total->min_real = low;
	if (!total->ranged || high > total->max_real)
		total->max_real = high;
	total->ranged = true;
}

static void add_column_int32(struct column_total *total, const struct column *column)
{
	const int32_t *data = column->data;
	int32_t low = INT32_MAX, high = INT32_MIN;

	for (int64_t i = 0; i < column->length; i++) {
		if (column_is_null(column, i))
			continue;
		low = data[i] < low ? data[i] : low;
		high = data[i] > high ? data[i] : high;
	}
	range_add(total, low, high);
}

static void add_column_int64(struct column_total *total, const struct column *column)
{
	const int64_t *data = column->data;
	int64_t low = INT64_MAX, high = INT64_MIN;

	for (int64_t i = 0; i < column->length; i++) {
		if (column_is_null(column, i))
			continue;
		low = data[i] < low ? data[i] : low;
		high = data[i] > high ? data[i] : high;
	}
	range_add(total, low, high);
}

static void add_column_real(struct column_total *total, const struct column *column)
{
	const double *data = column->data;
	double low = HUGE_VAL, high = -HUGE_VAL;

	for (int64_t i = 0; i < column->length; i++) {
		if (column_is_null(column, i))
			continue;
		low = data[i] < low ? data[i] : low;
		high = data[i] > high ? data[i] : high;
	}
	range_add_real(total, low, high);
}

void totals_add_rows(struct totals *totals, const struct row_batch *rows)
{
	totals->rows += rows->row_count;
	if (rows->row_count == 0)
		return;
	for (size_t c = 0; c < totals->table->column_count; c++) {
		const struct column *column = &rows->columns[c];

		totals->columns[c].nulls += column->null_count;
		if (column->null_count == column->length)
			continue;
		switch (column->type) {
		case COLUMN_INT:
		case COLUMN_DATE:
			add_column_int32(&totals->columns[c], column);
			break;
		case COLUMN_BIGINT:
		case COLUMN_TIMESTAMP:
			add_column_int64(&totals->columns[c], column);
			break;
		case COLUMN_DOUBLE:
			add_column_real(&totals->columns[c], column);
			break;
		case COLUMN_TEXT:
		case COLUMN_UUID:
		case COLUMN_BOOLEAN:
			break;
		}
	}
}

bool totals_add(struct totals *totals, const struct plan *plan, uint32_t table,
		const struct transform_result *result, size_t count)
{
	const struct table_result *made = &result->tables[table];

	totals->read += (int64_t)count;
	totals->stored += made->stored;
	totals->filtered += made->filtered;
	totals->rejected += made->rejected;
	for (size_t i = 0; i < plan_constraint_count(plan, table); i++)
		if (made->violations[i] &&
		    !count_list_add(&totals->violations, plan_constraint(plan, table, i)->name,
				    made->violations[i]))
			return false;
	for (size_t i = 0; i < result->rejection_count; i++)
		if (result->rejections[i].table == table &&
		    !count_list_add(&totals->rejected_by, result->rejections[i].reason, 1))
			return false;
	totals_add_rows(totals, &made->rows);
	return true;
}

/* ---- details as JSON */

static void print_counts(struct buf *out, const char *name, const struct count_list *list)
{
	const char *comma = "";

	buf_printf(out, ",\"%s\":{", name);
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].count == 0)
			continue;
		buf_append_text(out, comma);
		buf_append_json(out, span_of(list->items[i].name));
		buf_printf(out, ":%" PRId64, list->items[i].count);
		comma = ",";
	}
	buf_append_char(out, '}');
}

static void print_details(const struct totals *totals, struct buf *out)
{
	buf_printf(out, "{\"rows\":%" PRId64, totals->rows);
	print_counts(out, "violations", &totals->violations);
	print_counts(out, "rejected", &totals->rejected_by);
	buf_append_text(out, ",\"columns\":{");
	for (size_t c = 0; c < totals->table->column_count; c++) {
		const struct column_total *total = &totals->columns[c];

		if (c)
			buf_append_char(out, ',');
		buf_append_json(out, span_of(totals->table->columns[c].name));
		buf_printf(out, ":{\"nulls\":%" PRId64, total->nulls);
		/* JSON has no infinity: such a bound is left out */
		if (total->ranged && totals->table->columns[c].type == COLUMN_DOUBLE) {
			if (isfinite(total->min_real))
				buf_printf(out, ",\"min\":%.17g", total->min_real);
			if (isfinite(total->max_real))
				buf_printf(out, ",\"max\":%.17g", total->max_real);
		} else if (total->ranged) {
			buf_printf(out, ",\"min\":%" PRId64 ",\"max\":%" PRId64, total->min,
				   total->max);
		}
		buf_append_char(out, '}');
	}
	buf_append_text(out, "}}");
}

static bool parse_counts(struct json_pull *pull, struct buf *name, struct count_list *list)
{
	int64_t count;

	if (!json_pull_open(pull))
		return false;
	while (json_pull_member(pull, name))
		if (!json_pull_int(pull, &count) || !count_list_add(list, buf_text(name), count))
			return false;
	return !pull->bad;
}

static bool parse_bound(struct json_pull *pull, enum column_type type, int64_t *bound,
			double *bound_real)
{
	return type == COLUMN_DOUBLE ? json_pull_real(pull, bound_real)
				     : json_pull_int(pull, bound);
}

static bool parse_column(struct json_pull *pull, struct buf *name, enum column_type type,
			 struct column_total *total)
{
	bool low = false, high = false;

	if (!json_pull_open(pull))
		return false;
	while (json_pull_member(pull, name)) {
		bool good;

		if (strcmp(buf_text(name), "nulls") == 0)
			good = json_pull_int(pull, &total->nulls);
		else if (strcmp(buf_text(name), "min") == 0)
			good = low = parse_bound(pull, type, &total->min, &total->min_real);
		else if (strcmp(buf_text(name), "max") == 0)
			good = high = parse_bound(pull, type, &total->max, &total->max_real);
		else
			good = json_pull_skip(pull);
		if (!good)
			return false;
	}
	total->ranged = low || high;
	if (total->ranged && !low)
		total->min_real = -HUGE_VAL;
	if (total->ranged && !high)
		total->max_real = HUGE_VAL;
	return !pull->bad;
}

static bool parse_columns(struct json_pull *pull, struct buf *name, struct totals *totals)
{
	if (!json_pull_open(pull))
		return false;
	while (json_pull_member(pull, name)) {
		size_t c = 0;
		bool good;

		while (c < totals->table->column_count &&
		       strcmp(totals->table->columns[c].name, buf_text(name)) != 0)
			c++;
		good = c == totals->table->column_count
			   ? json_pull_skip(pull)
			   : parse_column(pull, name, totals->table->columns[c].type,
					  &totals->columns[c]);
		if (!good)
			return false;
	}
	return !pull->bad;
}

static bool parse_details(struct totals *totals, struct json_pull *pull, struct buf *name)
{
	if (!json_pull_open(pull))
		return false;
	while (json_pull_member(pull, name)) {
		bool good;

		if (strcmp(buf_text(name), "rows") == 0)
			good = json_pull_int(pull, &totals->rows);
		else if (strcmp(buf_text(name), "violations") == 0)
			good = parse_counts(pull, name, &totals->violations);
		else if (strcmp(buf_text(name), "rejected") == 0)
			good = parse_counts(pull, name, &totals->rejected_by);
		else if (strcmp(buf_text(name), "columns") == 0)
			good = parse_columns(pull, name, totals);
		else
			good = json_pull_skip(pull);
		if (!good)
			return false;
	}
	return json_pull_done(pull);
}

enum status totals_load(struct totals *totals, const struct ledger_row *row, struct err *err)
{
	struct json_pull pull;
	struct buf name;
	bool good;

	totals_clear(totals);
	totals->read = row->read;
	totals->stored = row->stored;
	totals->filtered = row->filtered;
	totals->rejected = row->rejected;
	totals->replayed = row->replayed;
	totals->lost = row->lost;
	if (row->details.len == 0)
		return US_OK;
	buf_init(&name, 4096);
	json_pull_init(&pull, row->details);
	good = parse_details(totals, &pull, &name);
	buf_release(&name);
	if (good)
		return US_OK;
	if (!pull.bad || pull.no_memory)
		return err_no_memory(err, "reading the ledger");
	return err_set(err, US_REJECT, EXIT_BAD_DATA,
		       "the ledger's details of table %s, partition %d are damaged at byte %zu",
		       totals->table->name, (int)row->partition, (size_t)(pull.at - pull.start));
}

void totals_store(const struct totals *totals, struct ledger_row *row, struct buf *details)
{
	row->read = totals->read;
	row->stored = totals->stored;
	row->filtered = totals->filtered;
	row->rejected = totals->rejected;
	row->replayed = totals->replayed;
	row->lost = totals->lost;
	print_details(totals, details);
}

/* ---- comparison */

static int64_t compare_count(struct buf *out, const char *what, const char *name, int64_t ledger,
			     int64_t recount)
{
	if (ledger == recount)
		return 0;
	buf_printf(out, "%s%s%s: ledger %" PRId64 ", recount %" PRId64 "\n", what, *name ? " " : "",
		   name, ledger, recount);
	return 1;
}

static int64_t compare_lists(struct buf *out, const char *what, const struct count_list *ledger,
			     const struct count_list *recount)
{
	int64_t differ = 0;

	for (size_t i = 0; i < ledger->count; i++)
		differ += compare_count(out, what, ledger->items[i].name, ledger->items[i].count,
					count_list_get(recount, ledger->items[i].name, NULL));
	for (size_t i = 0; i < recount->count; i++) {
		bool known;

		count_list_get(ledger, recount->items[i].name, &known);
		if (!known)
			differ += compare_count(out, what, recount->items[i].name, 0,
						recount->items[i].count);
	}
	return differ;
}

static bool same_range(const struct column_total *a, const struct column_total *b,
		       enum column_type type)
{
	if (a->ranged != b->ranged)
		return false;
	if (!a->ranged)
		return true;
	if (type == COLUMN_DOUBLE)
		return !(a->min_real < b->min_real || a->min_real > b->min_real ||
			 a->max_real < b->max_real || a->max_real > b->max_real);
	return a->min == b->min && a->max == b->max;
}

int64_t totals_compare(const struct totals *ledger, const struct totals *recount, struct buf *out)
{
	int64_t differ = 0;

	differ += compare_count(out, "read", "", ledger->read, recount->read);
	differ += compare_count(out, "stored", "", ledger->stored, recount->stored);
	differ += compare_count(out, "filtered", "", ledger->filtered, recount->filtered);
	differ += compare_count(out, "rejected", "", ledger->rejected, recount->rejected);
	differ += compare_count(out, "rows written", "", ledger->rows, recount->rows);
	differ += compare_lists(out, "violations of", &ledger->violations, &recount->violations);
	differ += compare_lists(out, "rejected by", &ledger->rejected_by, &recount->rejected_by);
	for (size_t c = 0; c < ledger->table->column_count; c++) {
		const struct column_def *column = &ledger->table->columns[c];

		differ += compare_count(out, "NULLs in", column->name, ledger->columns[c].nulls,
					recount->columns[c].nulls);
		if (!same_range(&ledger->columns[c], &recount->columns[c], column->type)) {
			buf_printf(out, "the range of %s: the ledger's is not the recount's\n",
				   column->name);
			differ++;
		}
	}
	return differ;
}
