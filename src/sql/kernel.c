/* kernel.c - room for texts, and what kernels report. */
#include "sql/kernel.h"

#define LEAST_PIECE 512
#define MOST_PIECE  32768
#define ROW_GUESS   24 /* bytes of a text, where a batch is small */

char *text_heap_reserve(struct text_heap *heap, size_t size)
{
	if ((size_t)(heap->end - heap->at) < size || !heap->at) {
		size_t piece = heap->piece > size ? heap->piece : size;

		heap->at = arena_alloc(heap->arena, piece ? piece : 1);
		heap->end = heap->at ? heap->at + piece : NULL;
		heap->piece = heap->piece < MOST_PIECE ? heap->piece * 2 : heap->piece;
	}
	return heap->at;
}

struct text_heap text_heap_of(const struct eval *eval)
{
	size_t piece = eval->rows * ROW_GUESS;

	return (struct text_heap){ .arena = eval->arena,
				   .piece = piece < LEAST_PIECE  ? LEAST_PIECE
					    : piece > MOST_PIECE ? MOST_PIECE
								 : piece };
}

enum status kernel_no_memory(struct eval *eval, const struct expr *expr)
{
	return err_no_memory(eval->err,
			     expr->kind == EXPR_CALL ? expr->function->name : "reading a batch");
}

const struct span *constant_text(const struct expr *expr)
{
	if (expr->kind != EXPR_LITERAL || vector_is_null(&expr->literal, 0))
		return NULL;
	return &expr->literal.as.text[0];
}
