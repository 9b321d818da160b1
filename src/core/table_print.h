/*
 * table_print.h - rows of a query's answer, printed: aligned columns for people, one JSON object a
 * line, or CSV (RFC 4180).
 *
 * Aligned: wide and combining characters line up, numbers stand right, control characters are
 * escaped. On a terminal long values are cut with "…" to its width; where the columns do not fit
 * even so, each row becomes a block of "name  value" lines. Elsewhere nothing is cut. The widths
 * are those of the first 1000 rows, and grow with later ones; memory is bounded by that.
 * JSON: numbers and booleans unquoted, NULL as null, blobs as hex. CSV: NULL is empty, an empty
 * text is "".
 */
#ifndef CORE_TABLE_PRINT_H
#define CORE_TABLE_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/span.h"

enum table_format { TABLE_ALIGNED, TABLE_JSON, TABLE_CSV }; /* as the choices of --format */

enum table_cell_kind {
	TABLE_NULL,
	TABLE_TEXT,
	TABLE_INTEGER,
	TABLE_REAL,
	TABLE_BOOLEAN, /* text is true, t or 1, or anything else for false */
	TABLE_BLOB     /* text is the raw bytes */
};

struct table_cell {
	enum table_cell_kind kind;
	struct span text;
};

struct table_printer;

/*
 * Print on `fd`, which stays open. width: cells of a line; 0: the terminal's, unbounded where fd is
 * none. US_FATAL: out of memory.
 */
enum status table_printer_open(struct table_printer **out, enum table_format format, int fd,
			       size_t width, struct err *err);
/* Once, before the rows. Names are copied. False: stop, table_printer_close() says why. */
bool table_printer_header(struct table_printer *printer, size_t columns, const char *const *names);
/* One row of so many cells, copied. False: stop. */
bool table_printer_row(struct table_printer *printer, const struct table_cell *cells);
/* Print what is left and, under an aligned table, "(N rows)"; free. US_FATAL, EXIT_IO: the output
 * could not be written; EXIT_INTERNAL: out of memory. NULL is allowed. */
enum status table_printer_close(struct table_printer *printer, struct err *err);

#endif
