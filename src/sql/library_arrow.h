/*
 * library_arrow.h - row batches to Arrow's C Data Interface.
 */
#ifndef SQL_LIBRARY_ARROW_H
#define SQL_LIBRARY_ARROW_H

#include <stdbool.h>
#include <stddef.h>

#include "core/column.h"
#include "userstream.h"

/* A table as a struct schema that owns its memory. False: out of memory, nothing to release. */
bool arrow_schema_export(const struct table_def *table, struct ArrowSchema *out);

/* Puts row batches of one table together. */
struct arrow_builder;
struct arrow_builder *arrow_builder_new(const struct table_def *table); /* NULL: out of memory */
void arrow_builder_free(struct arrow_builder *builder);
/* Copies the rows. False: out of memory, or a column's text is over 2 GiB. */
bool arrow_builder_append(struct arrow_builder *builder, const struct row_batch *rows);
/* Hand the rows over as a struct array that owns them; the builder is then empty. False: out of
 * memory, nothing to release. */
bool arrow_builder_export(struct arrow_builder *builder, struct ArrowArray *out);

#endif
