/*
 * row_text.h - the transform's rows as text, as Spark prints values: for people, and to be
 * compared.
 */
#ifndef CLI_ROW_TEXT_H
#define CLI_ROW_TEXT_H

#include "core/column.h"
#include "core/table_print.h"

#define ROW_TEXT_SCRATCH 48

/* A row's value. Its text points into the column, is static, or stands in `scratch`, which must
 * live as long. */
struct table_cell row_text(const struct column *column, int64_t row,
			   char scratch[ROW_TEXT_SCRATCH]);

#endif
