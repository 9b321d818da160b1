/*
 * gate.c - see gate.h. A hand-written scanner; names are resolved while parsing, so that a mistake
 * is told with "did you mean" before anything is measured.
 */
#include "pipeline/gate.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/diag.h"
#include "core/mem.h"

/* From MEASURE_VIOLATIONS on they need an argument. */
enum measure {
	MEASURE_ROWS,
	MEASURE_READ,
	MEASURE_STORED,
	MEASURE_FILTERED,
	MEASURE_REJECTED,
	MEASURE_REPLAYED,
	MEASURE_LOST,
	MEASURE_REJECTED_SHARE,
	MEASURE_FILTERED_SHARE,
	MEASURE_LAG,
	MEASURE_FETCHED,
	MEASURE_APPENDED,
	MEASURE_REFUSED,
	MEASURE_SOURCE_FILTERED,
	MEASURE_VIOLATIONS,
	MEASURE_NULLS,
	MEASURE_NULL_SHARE,
	MEASURE_MIN,
	MEASURE_MAX
};
#define MEASURES (MEASURE_MAX + 1)

static const char *const measure_names[MEASURES] = {
	"rows",
	"read",
	"stored",
	"filtered",
	"rejected",
	"replayed",
	"lost",
	"rejected_share",
	"filtered_share",
	"lag",
	"fetched",
	"appended",
	"refused",
	"source_filtered",
	"violations",
	"nulls",
	"null_share",
	"min",
	"max",
};

enum comparison { LESS, LESS_EQUAL, EQUAL, NOT_EQUAL, GREATER_EQUAL, GREATER };

struct condition {
	enum measure measure;
	enum comparison comparison;
	double limit;
	bool percent;       /* as it was written */
	int table;          /* -1: all */
	size_t column;      /* nulls, null_share, min, max */
	char argument[128]; /* violations, rejected: "" none */
	struct span text;   /* as written */
};

struct gate {
	char *text;
	struct condition *conditions;
	size_t count;
};

struct parser {
	const struct plan *plan;
	const char *start, *at, *end;
	struct diag_list *diags;
};

/* ---- scanning */

static void skip_space(struct parser *parser)
{
	while (parser->at < parser->end && isspace((unsigned char)*parser->at))
		parser->at++;
}

static bool next_is(struct parser *parser, char c)
{
	skip_space(parser);
	if (parser->at == parser->end || *parser->at != c)
		return false;
	parser->at++;
	return true;
}

static struct span scan_name(struct parser *parser)
{
	const char *from;

	skip_space(parser);
	from = parser->at;
	while (parser->at < parser->end &&
	       (isalnum((unsigned char)*parser->at) || *parser->at == '_'))
		parser->at++;
	return (struct span){ .data = from, .len = (size_t)(parser->at - from) };
}

/* What stands between the brackets, without the space around it. */
static bool scan_argument(struct parser *parser, struct span *out)
{
	const char *from;

	skip_space(parser);
	from = parser->at;
	while (parser->at < parser->end && *parser->at != ')' && *parser->at != ',')
		parser->at++;
	*out = (struct span){ .data = from, .len = (size_t)(parser->at - from) };
	while (out->len && isspace((unsigned char)out->data[out->len - 1]))
		out->len--;
	return next_is(parser, ')');
}

static bool complain(struct parser *parser, struct span where, const char *hint, const char *what)
{
	size_t start = (size_t)(where.data - parser->start);

	if (where.len)
		diag_add(parser->diags, DIAG_ERROR, start, where.len, hint, "%s '%.*s'", what,
			 (int)(where.len < 80 ? where.len : 80), where.data);
	else
		diag_add(parser->diags, DIAG_ERROR, start, 1, hint, "%s", what);
	return false;
}

static struct span here(const struct parser *parser)
{
	return (struct span){ .data = parser->at, .len = 0 };
}

/* ---- resolving */

static bool did_you_mean(struct parser *parser, struct span name, const char *const *candidates,
			 size_t count, const char *what)
{
	const char *near = count ? suggest(name, candidates, count) : NULL;
	char hint[200];

	snprintf(hint, sizeof(hint), "did you mean %s?", near ? near : "");
	return complain(parser, name, near ? hint : NULL, what);
}

static int find_table(const struct parser *parser, struct span name)
{
	for (size_t t = 0; t < plan_table_count(parser->plan); t++)
		if (span_equal(name, span_of(plan_table(parser->plan, t)->name)))
			return (int)t;
	return -1;
}

/* "TABLE.rest": takes the table off. */
static void split_table(const struct parser *parser, struct span *name, int *table)
{
	const char *dot = memchr(name->data, '.', name->len);
	struct span first;

	if (!dot)
		return;
	first = (struct span){ .data = name->data, .len = (size_t)(dot - name->data) };
	*table = find_table(parser, first);
	if (*table < 0)
		return;
	name->len -= first.len + 1;
	name->data = dot + 1;
}

#define CANDIDATES_MAX 256

static bool resolve_column(struct parser *parser, struct condition *condition, struct span name)
{
	const char *names[CANDIDATES_MAX];
	size_t count = 0;

	split_table(parser, &name, &condition->table);
	for (size_t t = 0; t < plan_table_count(parser->plan); t++) {
		const struct table_def *table = plan_table(parser->plan, t);

		if (condition->table >= 0 && condition->table != (int)t)
			continue;
		for (size_t c = 0; c < table->column_count; c++) {
			if (count < CANDIDATES_MAX)
				names[count++] = table->columns[c].name;
			if (!span_equal(name, span_of(table->columns[c].name)))
				continue;
			condition->table = (int)t;
			condition->column = c;
			return true;
		}
	}
	return did_you_mean(parser, name, names, count, "there is no column");
}

static bool resolve_constraint(struct parser *parser, struct condition *condition, struct span name)
{
	const char *names[CANDIDATES_MAX];
	size_t count = 0;

	split_table(parser, &name, &condition->table);
	for (size_t t = 0; t < plan_table_count(parser->plan); t++)
		for (size_t i = 0; i < plan_constraint_count(parser->plan, t); i++) {
			const char *known = plan_constraint(parser->plan, t, i)->name;

			if (condition->table >= 0 && condition->table != (int)t)
				continue;
			if (count < CANDIDATES_MAX)
				names[count++] = known;
			if (!span_equal(name, span_of(known)))
				continue;
			snprintf(condition->argument, sizeof(condition->argument), "%s", known);
			return true;
		}
	return did_you_mean(parser, name, names, count, "there is no constraint");
}

static bool is_number(const struct parser *parser, const struct condition *condition)
{
	switch (
	    plan_table(parser->plan, (size_t)condition->table)->columns[condition->column].type) {
	case COLUMN_INT:
	case COLUMN_BIGINT:
	case COLUMN_DOUBLE:
		return true;
	case COLUMN_TEXT:
	case COLUMN_UUID:
	case COLUMN_BOOLEAN:
	case COLUMN_TIMESTAMP:
	case COLUMN_DATE:
		return false;
	}
	return false;
}

/* ---- parsing */

static bool parse_argument(struct parser *parser, struct condition *condition)
{
	struct span argument;

	if (condition->measure == MEASURE_REJECTED) {
		if (!next_is(parser, '('))
			return true;
	} else if (condition->measure < MEASURE_VIOLATIONS) {
		return true;
	} else if (!next_is(parser, '(')) {
		return complain(parser, here(parser), "as in nulls(email)",
				"expected a name in brackets");
	}
	if (!scan_argument(parser, &argument))
		return complain(parser, here(parser), NULL, "expected ')'");
	if (condition->measure == MEASURE_VIOLATIONS)
		return resolve_constraint(parser, condition, argument);
	if (condition->measure == MEASURE_REJECTED) {
		/* reasons are open: a constraint, "column id", "malformed_json" */
		if (argument.len == 0)
			return complain(parser, argument, "as in rejected(malformed_json)",
					"expected a reason");
		snprintf(condition->argument, sizeof(condition->argument), "%.*s",
			 (int)(argument.len < 127 ? argument.len : 127), argument.data);
		return true;
	}
	if (!resolve_column(parser, condition, argument))
		return false;
	if ((condition->measure == MEASURE_MIN || condition->measure == MEASURE_MAX) &&
	    !is_number(parser, condition))
		return complain(parser, argument, "min and max are for INT, BIGINT and DOUBLE",
				"this column holds no numbers:");
	return true;
}

static bool parse_measure(struct parser *parser, struct condition *condition)
{
	struct span name = scan_name(parser);

	if (name.len == 0)
		return complain(parser, here(parser), "as in rows>=100", "expected a measure");
	if (parser->at < parser->end && *parser->at == '.') {
		condition->table = find_table(parser, name);
		if (condition->table < 0) {
			const char *names[CANDIDATES_MAX];
			size_t count = 0;

			for (size_t t = 0; t < plan_table_count(parser->plan) && t < CANDIDATES_MAX;
			     t++)
				names[count++] = plan_table(parser->plan, t)->name;
			return did_you_mean(parser, name, names, count, "there is no table");
		}
		parser->at++;
		name = scan_name(parser);
	}
	for (size_t m = 0; m < MEASURES; m++)
		if (span_equal(name, span_of(measure_names[m]))) {
			condition->measure = (enum measure)m;
			return parse_argument(parser, condition);
		}
	return did_you_mean(parser, name, measure_names, MEASURES, "there is no measure");
}

static bool parse_comparison(struct parser *parser, struct condition *condition)
{
	static const struct {
		const char *text;
		enum comparison comparison;
	} all[] = { { "<=", LESS_EQUAL }, { ">=", GREATER_EQUAL }, { "!=", NOT_EQUAL },
		    { "<>", NOT_EQUAL },  { "==", EQUAL },         { "=", EQUAL },
		    { "<", LESS },        { ">", GREATER } };

	skip_space(parser);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		size_t len = strlen(all[i].text);

		if ((size_t)(parser->end - parser->at) < len ||
		    memcmp(parser->at, all[i].text, len) != 0)
			continue;
		parser->at += len;
		condition->comparison = all[i].comparison;
		return true;
	}
	return complain(parser, here(parser), NULL, "expected one of < <= = != >= >");
}

static bool parse_limit(struct parser *parser, struct condition *condition)
{
	char digits[64], *end;
	struct span text;

	skip_space(parser);
	text.data = parser->at;
	while (parser->at < parser->end && *parser->at != ',' && *parser->at != '%' &&
	       !isspace((unsigned char)*parser->at))
		parser->at++;
	text.len = (size_t)(parser->at - text.data);
	if (text.len == 0)
		return complain(parser, text, "as in rows>=100", "expected a number");
	if (text.len >= sizeof(digits) || !text.data[0] || !strchr("+-.0123456789", text.data[0]))
		return complain(parser, text, NULL, "this is no number:");
	memcpy(digits, text.data, text.len);
	digits[text.len] = 0;
	condition->limit = strtod(digits, &end);
	if (*end || !isfinite(condition->limit))
		return complain(parser, text, NULL, "this is no number:");
	condition->percent = next_is(parser, '%');
	if (condition->percent)
		condition->limit /= 100;
	return true;
}

/* On to the next condition, whatever stands here. */
static void skip_condition(struct parser *parser)
{
	int depth = 0;

	while (parser->at < parser->end && (*parser->at != ',' || depth > 0)) {
		depth += *parser->at == '(' ? 1 : *parser->at == ')' ? -1 : 0;
		parser->at++;
	}
}

static bool parse_condition(struct parser *parser, struct condition *condition)
{
	*condition = (struct condition){ .table = -1 };
	skip_space(parser);
	condition->text.data = parser->at;
	if (!parse_measure(parser, condition) || !parse_comparison(parser, condition) ||
	    !parse_limit(parser, condition))
		return false;
	condition->text.len = (size_t)(parser->at - condition->text.data);
	while (isspace((unsigned char)condition->text.data[condition->text.len - 1]))
		condition->text.len--;
	skip_space(parser);
	if (parser->at < parser->end && *parser->at != ',')
		return complain(parser, here(parser), NULL, "expected a comma");
	return true;
}

static bool parse_all(struct parser *parser, struct gate *gate)
{
	size_t capacity = 0;

	do {
		struct condition condition;

		if (!parse_condition(parser, &condition)) {
			skip_condition(parser);
			continue;
		}
		if (gate->count == capacity) {
			struct condition *more;

			capacity = capacity ? capacity * 2 : 8;
			more = mem_realloc(gate->conditions, capacity * sizeof(*more));
			if (!more)
				return false;
			gate->conditions = more;
		}
		gate->conditions[gate->count++] = condition;
	} while (next_is(parser, ','));
	return true;
}

enum status gate_parse(struct gate **out, struct span text, const struct plan *plan,
		       struct err *err)
{
	struct gate *gate = mem_calloc(1, sizeof(*gate));
	struct diag_list diags;
	struct parser parser = { .plan = plan, .diags = &diags };
	struct buf told;
	enum status status = US_OK;

	if (!gate)
		return err_no_memory(err, "reading --gate");
	gate->text = mem_strndup(text.data ? text.data : "", text.len);
	if (!gate->text) {
		mem_free(gate);
		return err_no_memory(err, "reading --gate");
	}
	diag_init(&diags, "--gate", (struct span){ .data = gate->text, .len = text.len });
	buf_init(&told, ERR_TEXT_MAX * 4);
	parser.start = parser.at = gate->text;
	parser.end = gate->text + text.len;
	if (!parse_all(&parser, gate)) {
		status = err_no_memory(err, "reading --gate");
	} else if (diags.errors) {
		diag_print(&diags, &told);
		while (told.len && told.data[told.len - 1] == '\n')
			told.data[--told.len] = 0;
		status = err_set(err, US_REJECT, EXIT_BAD_USAGE, "%s", buf_text(&told));
	}
	buf_release(&told);
	diag_release(&diags);
	if (status == US_OK)
		*out = gate;
	else
		gate_free(gate);
	return status;
}

void gate_free(struct gate *gate)
{
	if (!gate)
		return;
	mem_free(gate->conditions);
	mem_free(gate->text);
	mem_free(gate);
}

size_t gate_count(const struct gate *gate)
{
	return gate->count;
}

/* ---- measuring */

static double share(double part, double whole)
{
	return whole > 0 ? part / whole : 0;
}

static double bound(const struct totals *totals, size_t column, bool max)
{
	const struct column_total *total = &totals->columns[column];

	if (!total->ranged)
		return (double)NAN;
	if (totals->table->columns[column].type == COLUMN_DOUBLE)
		return max ? total->max_real : total->min_real;
	return (double)(max ? total->max : total->min);
}

/* Of one table. */
static double table_measure(const struct condition *condition, const struct gate_facts *facts,
			    size_t t)
{
	const struct totals *totals = &facts->totals[t];

	switch (condition->measure) {
	case MEASURE_ROWS:
		return (double)facts->rows[t];
	case MEASURE_READ:
		return (double)totals->read;
	case MEASURE_STORED:
		return (double)totals->stored;
	case MEASURE_FILTERED:
	case MEASURE_FILTERED_SHARE:
		return (double)totals->filtered;
	case MEASURE_REJECTED:
		if (condition->argument[0])
			return (double)count_list_get(&totals->rejected_by, condition->argument,
						      NULL);
		return (double)totals->rejected;
	case MEASURE_REJECTED_SHARE:
		return (double)totals->rejected;
	case MEASURE_REPLAYED:
		return (double)totals->replayed;
	case MEASURE_LOST:
		return (double)totals->lost;
	case MEASURE_VIOLATIONS:
		return (double)count_list_get(&totals->violations, condition->argument, NULL);
	case MEASURE_NULLS:
		return (double)totals->columns[condition->column].nulls;
	case MEASURE_NULL_SHARE:
		return share((double)totals->columns[condition->column].nulls,
			     (double)totals->rows);
	case MEASURE_MIN:
		return bound(totals, condition->column, false);
	case MEASURE_MAX:
		return bound(totals, condition->column, true);
	case MEASURE_LAG:
	case MEASURE_FETCHED:
	case MEASURE_APPENDED:
	case MEASURE_REFUSED:
	case MEASURE_SOURCE_FILTERED:
		break;
	}
	return (double)NAN;
}

static double measure(const struct condition *condition, const struct gate_facts *facts)
{
	double sum = 0, read = 0;

	if (condition->measure == MEASURE_LAG)
		return (double)facts->lag;
	if (condition->measure == MEASURE_FETCHED)
		return (double)facts->fetched;
	if (condition->measure == MEASURE_APPENDED)
		return (double)facts->appended;
	if (condition->measure == MEASURE_REFUSED)
		return (double)facts->refused;
	if (condition->measure == MEASURE_SOURCE_FILTERED)
		return (double)facts->source_filtered;
	for (size_t t = 0; t < plan_table_count(facts->plan); t++) {
		if (condition->table >= 0 && condition->table != (int)t)
			continue;
		sum += table_measure(condition, facts, t);
		read += (double)facts->totals[t].read;
	}
	if (condition->measure == MEASURE_REJECTED_SHARE ||
	    condition->measure == MEASURE_FILTERED_SHARE)
		return share(sum, read);
	return sum;
}

static bool holds(double value, enum comparison comparison, double limit)
{
	switch (comparison) {
	case LESS:
		return value < limit;
	case LESS_EQUAL:
		return value <= limit;
	case EQUAL:
		return value >= limit && value <= limit;
	case NOT_EQUAL:
		return value < limit || value > limit;
	case GREATER_EQUAL:
		return value >= limit;
	case GREATER:
		return value > limit;
	}
	return false;
}

int64_t gate_measure(const struct gate *gate, const struct gate_facts *facts, struct buf *out)
{
	int64_t failed = 0;

	for (size_t i = 0; i < gate->count; i++) {
		const struct condition *condition = &gate->conditions[i];
		double value = measure(condition, facts);

		if (holds(value, condition->comparison, condition->limit))
			continue;
		failed++;
		buf_printf(out, "%.*s: ", (int)condition->text.len, condition->text.data);
		if (isnan(value))
			buf_append_text(out, "there is no value to compare\n");
		else
			buf_printf(out, "it is %.10g%s\n", condition->percent ? value * 100 : value,
				   condition->percent ? "%" : "");
	}
	return failed;
}
