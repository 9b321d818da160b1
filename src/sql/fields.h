/*
 * fields.h - the fields of the record that a pipeline file reads, as a tree. JSON keys are
 * case-sensitive and SQL names are not: two keys that differ in case only cannot both be read.
 */
#ifndef SQL_FIELDS_H
#define SQL_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/json.h"

struct field {
	struct json_step step; /* of the root: unused */
	bool whole;            /* the text of the field itself is read, not only parts of it */
	uint32_t start, len;   /* where it was read first */
	struct field *children, *last_child, *next;
};

/*
 * Add a path. *clash becomes the field met before whose name differs from a step's in case only,
 * and *step the step; else NULL. Names are borrowed. False: out of memory.
 */
bool fields_add(struct field *root, struct arena *arena, const struct json_step *steps,
		size_t count, uint32_t start, uint32_t len, struct field **clash, size_t *step);

/* "location.coordinates.latitude", "a[0].`b c`". */
void path_print(const struct json_step *steps, size_t count, struct buf *out);
/* A name, between backquotes where SQL needs them. */
void name_print(struct span name, struct buf *out);
/* The record as a Spark schema: "`name` STRUCT<`first`: STRING>, `nat` STRING". What is read whole
 * and in parts is NULL: *both is then that field. */
void fields_spark_schema(const struct field *root, struct buf *out, const struct field **both);

#endif
