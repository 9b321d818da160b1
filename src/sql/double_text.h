/*
 * double_text.h - DOUBLE to text as Java 17 prints it, which is not always the shortest text that
 * reads back (2.0E-3 is, 2.0000000000000002E-4-like neighbours are not).
 */
#ifndef SQL_DOUBLE_TEXT_H
#define SQL_DOUBLE_TEXT_H

#include <stddef.h>

#define DOUBLE_TEXT_MAX 32

/* Returns the length; no NUL is written. */
size_t double_format(double value, char out[DOUBLE_TEXT_MAX]);

#endif
