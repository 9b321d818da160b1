/*
 * regex_match.c - see regex_match.h. A pattern that Java would refuse rejects the record, where it
 * is not constant; constant, it is a compile error.
 */
#include "sql/regex_match.h"

#include "core/buf.h"
#include "core/mem.h"
#include "sql/scratch.h"
#include "sql/utf8.h"

#define LIMIT_REASON "a regular expression took too many steps"

void pattern_dispose(void *state)
{
	struct pattern_state *prepared = state;

	if (!prepared)
		return;
	regex_free(prepared->regex);
	arena_release(&prepared->arena);
	mem_free(prepared);
}

/* The pattern (argument 1), and the replacement (argument 2) where the function has one. */
static enum status compile_arguments(struct expr *expr, bool replaces, size_t *bad_arg,
				     struct err *err)
{
	const struct span *pattern = constant_text(expr->args[1]);
	const struct span *text = replaces ? constant_text(expr->args[2]) : NULL;
	struct pattern_state *prepared;
	enum status status;

	if (!pattern)
		return US_OK;
	prepared = mem_calloc(1, sizeof(*prepared));
	if (!prepared)
		return err_no_memory(err, "compiling a regular expression");
	arena_init(&prepared->arena, 256, 64U << 20);
	*bad_arg = 1;
	status = regex_compile(*pattern, &prepared->regex, err);
	if (status == US_OK && text) {
		*bad_arg = 2;
		status = replacement_read(*text, prepared->regex, &prepared->arena,
					  &prepared->replacement, err);
		if (status == US_OK && prepared->replacement.has_group &&
		    regex_groups_doubtful(prepared->regex))
			status = err_set(err, US_REJECT, EXIT_BAD_CONFIG,
					 "replacement: a group of a pattern that has groups within "
					 "a repeated group");
		prepared->has_replacement = true;
	}
	if (status != US_OK) {
		pattern_dispose(prepared);
		return status;
	}
	expr->state = prepared;
	return US_OK;
}

enum status pattern_prepare(struct expr *expr, size_t *bad_arg, struct err *err)
{
	return compile_arguments(expr, false, bad_arg, err);
}

enum status pattern_prepare_replace(struct expr *expr, size_t *bad_arg, struct err *err)
{
	return compile_arguments(expr, true, bad_arg, err);
}

enum status pattern_prepare_around(struct expr *expr, size_t arg, const char *before,
				   const char *behind, struct err *err)
{
	struct pattern_state *prepared = mem_calloc(1, sizeof(*prepared));
	struct span part = *constant_text(expr->args[arg]);
	struct buf pattern;
	enum status status;

	if (!prepared)
		return err_no_memory(err, "compiling a regular expression");
	arena_init(&prepared->arena, 256, 64U << 20);
	buf_init(&pattern, 1U << 20);
	buf_append_text(&pattern, before);
	buf_append_span(&pattern, part);
	buf_append_text(&pattern, behind);
	if (pattern.failed)
		status = err_no_memory(err, "compiling a regular expression");
	else
		status = regex_compile(buf_span(&pattern), &prepared->regex, err);
	buf_release(&pattern);
	if (status == US_OK && regex_groups_doubtful(prepared->regex))
		status = err_set(err, US_REJECT, EXIT_BAD_CONFIG,
				 "a group of a pattern that has groups within a repeated group");
	if (status == US_OK)
		expr->state = prepared;
	else
		pattern_dispose(prepared);
	return status;
}

/* ---- one call over a batch ------------------------------------------------------------------- */

bool pattern_run_begin(struct pattern_run *run, struct eval *eval, const struct expr *expr)
{
	*run = (struct pattern_run){ .eval = eval,
				     .scratch = scratch_regex(eval),
				     .prepared = expr->state,
				     .heap = text_heap_of(eval) };
	return run->scratch != NULL;
}

void pattern_run_end(struct pattern_run *run)
{
	regex_free(run->own);
}

/* A pattern that differs from row to row. */
const struct regex *pattern_compile_own(struct pattern_run *run, struct span pattern, size_t row,
					enum status *status)
{
	struct err err = ERR_INIT;

	if (run->own && span_equal(pattern, run->own_pattern))
		return run->own;
	regex_free(run->own);
	run->own = NULL;
	*status = regex_compile(pattern, &run->own, &err);
	if (*status == US_REJECT) {
		run->eval->reject(run->eval, row, err.text);
		*status = US_OK;
	}
	run->own_pattern = pattern;
	return run->own;
}

bool pattern_search(struct pattern_run *run, const struct regex *regex, struct span text, size_t at,
		    bool ascii, size_t row, const size_t **offsets, enum status *status)
{
	if (at > text.len)
		return false;
	switch (regex_search(regex, run->scratch, text, at, ascii, offsets)) {
	case REGEX_MATCH:
		return true;
	case REGEX_NO_MATCH:
		return false;
	case REGEX_LIMIT:
		run->eval->reject(run->eval, row, LIMIT_REASON);
		return false;
	case REGEX_NO_MEMORY:
		*status = US_FATAL;
		return false;
	}
	return false;
}

size_t pattern_next(struct span text, const size_t *offsets)
{
	size_t at = offsets[1];

	if (offsets[0] == at)
		at += at < text.len ? utf8_size(text.data[at]) : 1;
	return at;
}
