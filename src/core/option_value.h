/*
 * option_value.h - texts that a person typed, as numbers: durations, sizes, integers, switches,
 * choices. Private to options; no locale.
 */
#ifndef CORE_OPTION_VALUE_H
#define CORE_OPTION_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/options.h"

/* Each returns false where the text is none. */
bool value_integer(const char *text, int64_t *out);
bool value_duration_ms(const char *text, int64_t *out);
bool value_size(const char *text, int64_t *out);
bool value_bool(const char *text, bool *out);
/* The index of `text` in "a|b|c". */
bool value_choice(const char *text, const char *choices, int64_t *out);
/* The i-th of "a|b|c"; data NULL past the last. */
struct span choice_at(const char *choices, size_t i);
/* Of "a|b|c" the one that `text` may have meant; data NULL where none is near. */
struct span choice_nearest(const char *text, const char *choices);

/*
 * Read the text of an option by its kind into *number (not for TEXT and LIST, which it accepts as
 * they are). On failure appends what is expected, as in "a duration from 100ms to 1h".
 */
bool value_read(const struct option *option, const char *text, int64_t *number,
		struct buf *expected);

#endif
