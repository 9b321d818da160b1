/*
 * ascii_fold.h - a name as it appears in an e-mail address: lower case ASCII.
 */
#ifndef SIMULATOR_ASCII_FOLD_H
#define SIMULATOR_ASCII_FOLD_H

#include <stdbool.h>
#include <stddef.h>

#include "core/span.h"

/*
 * Folds UTF-8 text: Latin letters lose their marks, Persian ones are transcribed without vowels,
 * white space and zero-width joiners go; ASCII is lowered, so apostrophes and hyphens stay. Writes
 * at most 2 * text.len bytes. False: a character that it does not know, or nothing is left.
 */
bool ascii_fold(struct span text, char *out, size_t *len);

#endif
