/*
 * cast.h - the cast of one type to another, as kernels by pair of types. The rules are those of
 * Spark's CAST with ANSI off: what cannot be converted is NULL.
 */
#ifndef SQL_CAST_H
#define SQL_CAST_H

#include "sql/kernel.h"

typedef enum status (*cast_kernel)(struct eval *eval, const struct expr *expr,
				   const struct vector *from, struct vector *out);

/* A kernel whose conversion may fail: the row becomes NULL. `convert` is an expression on from, out
 * and row. */
#define EACH_VALID_ROW(name, convert)                                          \
	static enum status name(struct eval *eval, const struct expr *expr,    \
				const struct vector *from, struct vector *out) \
	{                                                                      \
		size_t rows = kernel_rows(eval, out);                          \
                                                                               \
		for (size_t row = 0; row < rows; row++)                        \
			if (kernel_is_valid(out, row) && !(convert) &&         \
			    !kernel_set_null(eval, out, row))                  \
				return kernel_no_memory(eval, expr);           \
		return US_OK;                                                  \
	}

/* NULL: there is no such cast. */
cast_kernel cast_from_text(struct sql_type to); /* cast_string.c */
cast_kernel cast_to_text(struct sql_type from); /* cast_text.c */
enum status cast_binary_to_text(struct eval *eval, const struct expr *expr,
				const struct vector *from, struct vector *out);
cast_kernel cast_of_number(struct sql_type from, struct sql_type to); /* cast_number.c */
cast_kernel cast_of_time(struct sql_type from, struct sql_type to);   /* cast_number.c */

/* The kernel of TRY_CAST where it differs from CAST's; NULL: it does not. (cast_try.c) */
cast_kernel cast_try(struct sql_type from, struct sql_type to);

/* The texts that are BOOLEAN, INT and BIGINT to Spark. False: none. */
bool text_to_boolean(struct span text, bool *out);
bool text_to_int32(struct span text, int32_t *out);
bool text_to_int64(struct span text, int64_t *out);

#endif
