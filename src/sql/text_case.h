/*
 * text_case.h - upper and lower case as Java has them: full mappings ("ß" becomes "SS"), the root
 * locale, and Java's own rule for the final sigma.
 */
#ifndef SQL_TEXT_CASE_H
#define SQL_TEXT_CASE_H

#include <stdbool.h>

#include "core/span.h"
#include "sql/kernel.h"

struct case_scratch; /* ICU's handle */

/* NULL: out of memory. */
struct case_scratch *case_scratch_new(void);
void case_scratch_free(struct case_scratch *scratch);

/* *out is `text` itself where nothing changes, else in the heap. False: out of memory. */
bool text_lower(struct case_scratch *scratch, struct text_heap *heap, struct span text,
		struct span *out);
bool text_upper(struct case_scratch *scratch, struct text_heap *heap, struct span text,
		struct span *out);
/* The first character of every piece between U+0020, in title case; the rest as it is. */
bool text_title(struct text_heap *heap, struct span text, struct span *out);

#endif
