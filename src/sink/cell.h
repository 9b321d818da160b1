/*
 * cell.h - one value of a column as text, as sinks store and show it: a UUID in 8-4-4-4-12, times
 * in ISO 8601, doubles with the fewest digits that read back the same.
 */
#ifndef SINK_CELL_H
#define SINK_CELL_H

#include <stdint.h>

#include "core/clock.h"
#include "core/column.h"
#include "sink/sink.h"

#define CELL_SCRATCH CLOCK_TEXT_MAX
#define UUID_TEXT    36

/* "8-4-4-4-12" in lower case, UUID_TEXT characters, no NUL. */
void cell_format_uuid(const uint8_t uuid[16], char *out);
/* "1.0", "51.5", "1e+300", "Infinity", "-Infinity"; -0.0 is "0.0". Returns the length; NUL after
 * it.
 */
size_t cell_format_double(double value, char out[CELL_SCRATCH]);
/* A row's value. Its text points into the column or into `scratch`, which must live as long. */
struct sink_cell cell_of(const struct column *column, int64_t row, char scratch[CELL_SCRATCH]);

#endif
