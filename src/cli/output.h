/*
 * output.h - how every command writes: answers on standard output, everything else on standard
 * error.
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/options.h"
#include "core/span.h"

/* Print "userstream: <text>" on standard error, each further line of it indented. Returns
 * err->code, to be the command's exit code. */
int output_fail(const struct err *err);
/* Write all of it on `fd`. US_FATAL, EXIT_IO: it could not be written. */
enum status output_write(int fd, struct span text, struct err *err);
/* Print a buffer on standard output. EXIT_DONE, or the exit code of a failure that it told. */
int output_print(const struct buf *text);
/* Does `fd` show colours: a terminal, and NO_COLOR is not set? */
bool output_has_color(int fd);
/* How this program was called, to be typed again: "userstream" where the PATH led to it, else
 * "build/userstream". Never NULL. */
const char *output_program_name(void);
/* Set the notes' level and format as the options say. */
void output_set_notes(const struct options *options);

#endif
