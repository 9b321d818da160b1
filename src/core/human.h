/*
 * human.h - numbers as people read them. Each appends to `out`.
 */
#ifndef CORE_HUMAN_H
#define CORE_HUMAN_H

#include <stdint.h>

#include "core/buf.h"

/* "1,234,567" */
void human_count(struct buf *out, int64_t number);
/* "1.5 MiB" */
void human_bytes(struct buf *out, int64_t bytes);
/* "850 µs", "12.3 ms", "4.56 s" : three digits; "2 min 05 s", "1 h 02 min" */
void human_duration_us(struct buf *out, int64_t us);
/* "12,345/s", "0.5/s"; nothing a second is "0/s" */
void human_rate(struct buf *out, int64_t number, int64_t us);
/* "[#####.....]" in so many cells, the brackets included. total <= 0: empty. */
void human_bar(struct buf *out, int64_t done, int64_t total, int cells);

#endif
