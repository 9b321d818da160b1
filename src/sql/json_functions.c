/* json_functions.c - get_json_object. */
#include "core/mem.h"
#include "sql/json_path.h"
#include "sql/json_writer.h"
#include "sql/kernel.h"

struct prepared {
	struct arena arena;
	struct json_path *path;
};

static void dispose(void *state)
{
	struct prepared *prepared = state;

	if (!prepared)
		return;
	arena_release(&prepared->arena);
	mem_free(prepared);
}

static enum status prepare(struct expr *expr, size_t *bad_arg, struct err *err)
{
	const struct span *path = constant_text(expr->args[1]);
	struct prepared *prepared;

	*bad_arg = 1;
	if (expr->args[1]->kind != EXPR_LITERAL)
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "the path of get_json_object must be constant");
	if (!path)
		return US_OK;
	prepared = mem_calloc(1, sizeof(*prepared));
	if (!prepared)
		return err_no_memory(err, "reading a JSON path");
	arena_init(&prepared->arena, 256, 64U << 20);
	expr->state = prepared;
	return json_path_parse(*path, &prepared->arena, &prepared->path, err);
}

static enum status eval_get_json_object(struct eval *eval, const struct expr *expr,
					const struct vector *args, struct vector *out)
{
	const struct prepared *prepared = expr->state;
	struct text_heap heap = text_heap_of(eval);
	size_t rows = kernel_rows(eval, out), len;

	for (size_t row = 0; row < rows; row++) {
		struct span json = kernel_text(&args[0], row);
		enum json_found found;
		char *room;

		if (!kernel_is_valid(out, row))
			continue;
		room = text_heap_reserve(&heap, json_writer_room(json.len));
		if (!room)
			return kernel_no_memory(eval, expr);
		found = json_path_find(prepared->path, json, eval->arena, room, &len);
		if (found == JSON_FOUND)
			out->as.text[row] = text_heap_keep(&heap, len);
		else if (found == JSON_NO_MEMORY || !kernel_set_null(eval, out, row))
			return kernel_no_memory(eval, expr);
	}
	return US_OK;
}

SIGNATURE(resolve, "ss>s")

const struct function functions_json[] = {
	{ .name = "get_json_object",
	  .min_args = 2,
	  .max_args = 2,
	  .resolve = resolve,
	  .nulls = NULL_IN_NULL_OUT,
	  .eval = eval_get_json_object,
	  .prepare = prepare,
	  .dispose = dispose,
	  .signature = "get_json_object(json STRING, path STRING) -> STRING",
	  .summary = "What a path ($.a, ['a'], [0], [*]) finds in a JSON text: a string's content, "
		     "anything else as JSON; NULL where it finds nothing or the text is malformed.",
	  .example = "get_json_object('{\"a\":[{\"b\":1},{\"b\":\"x\"}]}', '$.a[1].b')",
	  .result = "x" },
	{ .name = NULL },
};
