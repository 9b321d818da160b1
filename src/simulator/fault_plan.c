/*
 * fault_plan.c - reads the shares, and draws.
 */
#include "simulator/fault_plan.h"

#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/diag.h"
#include "simulator/user_stream.h"

static const char *const names[FAULT_COUNT] = {
	[FAULT_NONE] = "",
	[FAULT_429] = "429",
	[FAULT_500] = "500",
	[FAULT_502] = "502",
	[FAULT_503] = "503",
	[FAULT_504] = "504",
	[FAULT_EMPTY] = "empty",
	[FAULT_TRUNCATED] = "truncated",
	[FAULT_HTML] = "html",
	[FAULT_SLOW] = "slow",
	[FAULT_HANG] = "hang",
	[FAULT_REFUSED] = "refused",
	[FAULT_SHORT] = "short",
	[FAULT_BADJSON] = "badjson",
	[FAULT_CONTENT_TYPE] = "content_type",
	[FAULT_BAD_EMAIL] = "bad_email",
	[FAULT_BAD_COORDINATES] = "bad_coordinates",
	[FAULT_NO_UUID] = "no_uuid",
	[FAULT_BORN_LATE] = "born_late",
};

const char *fault_name(enum fault fault)
{
	return names[fault];
}

static enum fault find_fault(struct span name)
{
	for (int i = 1; i < FAULT_COUNT; i++)
		if (span_equal(name, span_of(names[i])))
			return (enum fault)i;
	return FAULT_NONE;
}

static void list_names(struct buf *out)
{
	for (int i = 1; i < FAULT_COUNT; i++)
		buf_printf(out, "%s%s", i == 1 ? "" : ", ", names[i]);
}

/* A number from 0 to 1 and nothing after it. */
static bool read_share(struct span text, double *share)
{
	char copy[32];
	char *end;

	if (text.len == 0 || text.len >= sizeof(copy) ||
	    strspn(text.data, "0123456789.eE-") < text.len)
		return false;
	memcpy(copy, text.data, text.len);
	copy[text.len] = '\0';
	*share = strtod(copy, &end);
	return *end == '\0' && *share >= 0 && *share <= 1;
}

static void complain_of_name(struct buf *mistakes, struct span name)
{
	const char *near = suggest(name, names + 1, FAULT_COUNT - 1);

	buf_printf(mistakes, "unknown fault \"%.*s\"", (int)name.len, name.data);
	if (near) {
		buf_printf(mistakes, "; did you mean %s?\n", near);
		return;
	}
	buf_append_text(mistakes, "; there are: ");
	list_names(mistakes);
	buf_append_char(mistakes, '\n');
}

static void read_item(struct fault_plan *plan, struct span item, struct buf *mistakes)
{
	const char *equals = memchr(item.data, '=', item.len);
	struct span name = { .data = item.data,
			     .len = equals ? (size_t)(equals - item.data) : item.len };
	struct span value = { .data = equals ? equals + 1 : "", .len = 0 };
	enum fault fault = find_fault(name);
	double share;

	if (equals)
		value.len = item.len - name.len - 1;
	if (fault == FAULT_NONE)
		complain_of_name(mistakes, name);
	if (!equals)
		buf_printf(mistakes, "\"%.*s\" has no share; write for example %.*s=0.01\n",
			   (int)item.len, item.data, (int)name.len, name.data);
	else if (!read_share(value, &share))
		buf_printf(mistakes,
			   "the share of %.*s is \"%.*s\"; it must be a number from 0 to 1\n",
			   (int)name.len, name.data, (int)value.len, value.data);
	else if (fault != FAULT_NONE)
		plan->share[fault] = share;
}

static double sum(const struct fault_plan *plan, int from, int to)
{
	double total = 0;

	for (int i = from; i < to; i++)
		total += plan->share[i];
	return total;
}

enum status fault_plan_parse(struct fault_plan *plan, const char *text, uint64_t seed,
			     struct err *err)
{
	struct buf mistakes;
	enum status status = US_OK;

	*plan = (struct fault_plan){ .seed = seed };
	buf_init(&mistakes, 64 << 10);
	while (text && *text) {
		struct span item = { .data = text, .len = strcspn(text, ",") };

		if (item.len)
			read_item(plan, item, &mistakes);
		text += item.len + (text[item.len] == ',');
	}
	if (sum(plan, 1, FAULT_FIRST_OF_RECORD) > 1.0 + 1e-9)
		buf_append_text(&mistakes,
				"the shares of faults of answers are more than 1 together\n");
	if (sum(plan, FAULT_FIRST_OF_RECORD, FAULT_COUNT) > 1.0 + 1e-9)
		buf_append_text(&mistakes,
				"the shares of faults of records are more than 1 together\n");
	plan->spoils_records = sum(plan, FAULT_FIRST_OF_RECORD, FAULT_COUNT) > 0;
	if (mistakes.failed)
		status = err_no_memory(err, "reading --fault");
	else if (mistakes.len)
		status = err_set(err, US_REJECT, EXIT_BAD_USAGE, "%.*s", (int)mistakes.len - 1,
				 buf_text(&mistakes));
	buf_release(&mistakes);
	return status;
}

/* The kind whose interval a number in [0, 1) falls into. */
static enum fault draw(const struct fault_plan *plan, uint64_t random, int from, int to)
{
	double at = (double)(random >> 11) * 0x1p-53;

	for (int i = from; i < to; i++) {
		if (at < plan->share[i])
			return (enum fault)i;
		at -= plan->share[i];
	}
	return FAULT_NONE;
}

enum fault fault_plan_request(const struct fault_plan *plan, uint64_t n, uint64_t *detail)
{
	uint64_t random = mix64(mix64(plan->seed) + n * 0x9E3779B97F4A7C15u);

	*detail = mix64(random ^ 0x2545F4914F6CDD1Du);
	return draw(plan, random, 1, FAULT_FIRST_OF_RECORD);
}

enum record_fault fault_plan_record(const struct fault_plan *plan, uint64_t seed, uint64_t index)
{
	enum fault fault = draw(plan, mix64(mix64(plan->seed ^ seed) + index * 0x9E3779B97F4A7C15u),
				FAULT_FIRST_OF_RECORD, FAULT_COUNT);

	return fault == FAULT_NONE
		   ? RECORD_FAULT_NONE
		   : (enum record_fault)(RECORD_FAULT_BAD_EMAIL + fault - FAULT_BAD_EMAIL);
}
