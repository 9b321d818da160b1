/*
 * width.h - how many cells of a terminal a text takes: 2 for East Asian wide and fullwidth
 * characters and emoji, 0 for combining marks and format characters, 1 for the rest. By Unicode's
 * tables (ICU), whatever the locale.
 */
#ifndef CORE_WIDTH_H
#define CORE_WIDTH_H

#include <stddef.h>

#include "core/span.h"

/* Cells of a UTF-8 text. A byte that is no UTF-8 takes one. */
size_t text_width(struct span text);
/* Bytes of the longest prefix of at most `cells` cells; combining marks stay with their base. */
size_t text_fit(struct span text, size_t cells);
/* Characters (code points) of a UTF-8 text. */
size_t text_characters(struct span text);

#endif
