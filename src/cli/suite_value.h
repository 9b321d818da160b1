/*
 * suite_value.h - the JSON of a test file's rows and metadata: members with their values, and
 * whether a cell is such a value.
 */
#ifndef CLI_SUITE_VALUE_H
#define CLI_SUITE_VALUE_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/diag.h"
#include "core/span.h"
#include "core/table_print.h"

enum suite_value_kind { VALUE_NULL, VALUE_TEXT, VALUE_NUMBER, VALUE_BOOLEAN };

struct suite_member {
	struct span name; /* unescaped, in the arena */
	size_t at;        /* of the value, in the file */
	enum suite_value_kind kind;
	struct span text; /* a text's content, in the arena; a number or boolean as it is spelled */
	struct suite_member *next;
};

/*
 * Read an object of scalars, a part of the file that diags is about. NULL where it has no members,
 * or is wrong: then it is told in diags, and *bad is set. *no_memory: out of memory.
 */
struct suite_member *suite_members(struct span json, struct arena *arena, struct diag_list *diags,
				   bool *bad, bool *no_memory);

/* Numbers are equal by value; a REAL that JSON cannot write ("NaN") is a text. */
bool suite_value_is(const struct suite_member *member, const struct table_cell *cell);

/* As they are written in a test file. */
void suite_print_member(const struct suite_member *member, struct buf *out);
void suite_print_cell(const struct table_cell *cell, struct buf *out);

#endif
