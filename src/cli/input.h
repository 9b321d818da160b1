/*
 * input.h - standard input as an argument: what "-" stands for.
 */
#ifndef CLI_INPUT_H
#define CLI_INPUT_H

#include "core/buf.h"
#include "core/err.h"

/* Append all of standard input. `what` it is, for messages ("the query"). US_REJECT: it cannot be
 * read, is longer than text->max, or has a NUL byte in it. */
enum status input_read(struct buf *text, const char *what, struct err *err);

#endif
