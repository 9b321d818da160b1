/*
 * exec.c - runs the nodes of a plan in the order of their ids. A node is needed when it is wanted
 * or an argument of a needed one; as every argument's id is smaller, one pass from the highest id
 * down marks the needed, and one pass up computes them.
 *
 * A node whose arguments are all constant is computed for one row. Validity is settled here for the
 * functions whose rule is "NULL in, NULL out".
 */
#include "sql/exec.h"

#include <string.h>

#include "core/mem.h"
#include "sql/kernel.h"
#include "sql/scratch.h"

struct exec {
	const struct expr *const *exprs;
	size_t count;
	uint8_t *needed;
	struct vector *args; /* of the call at work */
	struct eval_scratch scratch;
	struct profile *profile; /* or NULL */
	size_t source;           /* in it */
};

static size_t most_args(const struct expr *const *exprs, size_t count)
{
	size_t most = 1;

	for (size_t i = 0; i < count; i++)
		if (exprs[i]->arg_count > most)
			most = exprs[i]->arg_count;
	return most;
}

struct exec *exec_new(const struct expr *const *exprs, size_t count)
{
	struct exec *exec = mem_calloc(1, sizeof(*exec));

	if (!exec)
		return NULL;
	exec->exprs = exprs;
	exec->count = count;
	scratch_init(&exec->scratch);
	exec->needed = mem_calloc(count ? count : 1, 1);
	exec->args = mem_calloc(most_args(exprs, count), sizeof(*exec->args));
	if (!exec->needed || !exec->args) {
		exec_free(exec);
		return NULL;
	}
	return exec;
}

void exec_free(struct exec *exec)
{
	if (!exec)
		return;
	scratch_release(&exec->scratch);
	mem_free(exec->args);
	mem_free(exec->needed);
	mem_free(exec);
}

void exec_measure(struct exec *exec, struct profile *profile, size_t source)
{
	exec->profile = profile;
	exec->source = source;
}

/* out->valid = AND of the arguments' bitmaps, or none when no argument has one. */
static bool and_validity(struct eval *eval, const struct vector *args, size_t count,
			 struct vector *out)
{
	size_t rows = kernel_rows(eval, out);
	size_t words = (rows + 63) / 64;

	for (size_t a = 0; a < count; a++) {
		if (!args[a].valid)
			continue;
		if (args[a].constant && (args[a].valid[0] & 1))
			continue;
		if (!vector_make_valid(out, rows, eval->arena))
			return false;
		if (args[a].constant)
			memset(out->valid, 0, words * sizeof(uint64_t));
		else
			for (size_t w = 0; w < words; w++)
				out->valid[w] &= args[a].valid[w];
	}
	return true;
}

static enum status run_call(struct eval *eval, const struct expr *expr, const struct vector *args,
			    struct vector *out)
{
	bool constant = true;

	for (size_t a = 0; a < expr->arg_count; a++)
		constant = constant && args[a].constant;
	if (!vector_init(out, expr->type, constant ? 1 : eval->rows, eval->arena))
		return kernel_no_memory(eval, expr);
	out->constant = constant;
	eval->call = expr;
	eval->constant = constant;
	if (expr->function->nulls == NULL_IN_NULL_OUT &&
	    !and_validity(eval, args, expr->arg_count, out))
		return kernel_no_memory(eval, expr);
	return expr->function->eval(eval, expr, args, out);
}

/* A path's values as they stand; NULLs are spans without data. */
static bool load_path(struct eval *eval, const struct span *values, struct vector *out)
{
	*out = (struct vector){ .type = SQL_TYPE(SQL_STRING) };
	memcpy(&out->as.data, &values, sizeof(values)); /* never written to */
	for (size_t row = 0; row < eval->rows; row++) {
		if (values[row].data)
			continue;
		if (!vector_make_valid(out, eval->rows, eval->arena))
			return false;
		vector_set_null(out, row);
	}
	return true;
}

static enum status run_node(struct exec *exec, struct eval *eval, const struct exec_inputs *in,
			    const struct expr *expr, struct vector *results)
{
	struct vector *out = &results[expr->id];

	switch (expr->kind) {
	case EXPR_LITERAL:
		*out = expr->literal;
		out->constant = true;
		return US_OK;
	case EXPR_PATH:
		return load_path(eval, in->paths[expr->slot], out) ? US_OK
								   : kernel_no_memory(eval, expr);
	case EXPR_META:
		*out = in->meta[expr->slot];
		return US_OK;
	case EXPR_COLUMN:
		*out = in->columns[expr->slot];
		return US_OK;
	case EXPR_ELEMENT:
		*out = in->elements[expr->slot];
		return US_OK;
	case EXPR_CALL:
		break;
	}
	for (size_t a = 0; a < expr->arg_count; a++)
		exec->args[a] = results[expr->args[a]->id];
	return run_call(eval, expr, exec->args, out);
}

enum status exec_run(struct exec *exec, struct eval *eval, const struct exec_inputs *in,
		     const struct expr *const *wanted, size_t n, struct vector *results,
		     struct err *err)
{
	enum status status = US_OK;

	eval->scratch = &exec->scratch;
	eval->err = err;
	memset(exec->needed, 0, exec->count);
	for (size_t i = 0; i < n; i++)
		exec->needed[wanted[i]->id] = 1;
	for (size_t id = exec->count; id-- > 0;)
		for (size_t a = 0; exec->needed[id] && a < exec->exprs[id]->arg_count; a++)
			exec->needed[exec->exprs[id]->args[a]->id] = 1;
	for (size_t id = 0; id < exec->count && status == US_OK; id++) {
		if (!exec->needed[id])
			continue;
		status = run_node(exec, eval, in, exec->exprs[id], results);
		profile_node(exec->profile, exec->source, (uint32_t)id,
			     results[id].constant ? 1 : eval->rows);
	}
	return status;
}

/* ---- constant folding ------------------------------------------------------------------------ */

struct fold_eval {
	struct eval eval; /* first: reject gets a pointer to it */
	enum status status;
	struct err *err;
};

static void fold_reject(struct eval *eval, size_t row, const char *reason)
{
	struct fold_eval *fold = (struct fold_eval *)eval;

	(void)row;
	if (fold->status == US_OK)
		fold->status = err_set(fold->err, US_REJECT, EXIT_BAD_CONFIG, "%s", reason);
}

static enum status fold(struct fold_eval *at, const struct expr *expr, struct vector *out)
{
	struct arena *arena = at->eval.arena;
	struct vector *args;
	enum status status = US_OK;

	if (expr->kind == EXPR_LITERAL) {
		*out = expr->literal;
		out->constant = true;
		return US_OK;
	}
	args = arena_calloc(arena, expr->arg_count ? expr->arg_count : 1, sizeof(*args));
	if (!args)
		return err_no_memory(at->err, "folding a constant expression");
	for (size_t a = 0; a < expr->arg_count && status == US_OK; a++)
		status = fold(at, expr->args[a], &args[a]);
	return status == US_OK ? run_call(&at->eval, expr, args, out) : status;
}

enum status expr_fold(const struct expr *expr, struct arena *arena, struct vector *out,
		      struct err *err)
{
	struct eval_scratch scratch;
	struct fold_eval at = { .eval = { .arena = arena,
					  .rows = 1,
					  .reject = fold_reject,
					  .scratch = &scratch,
					  .err = err },
				.status = US_OK,
				.err = err };
	enum status status;

	scratch_init(&scratch);
	status = fold(&at, expr, out);
	scratch_release(&scratch);
	return status == US_OK ? at.status : status;
}
