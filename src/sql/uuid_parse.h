/*
 * uuid_parse.h - a UUID's text to its bytes.
 */
#ifndef SQL_UUID_PARSE_H
#define SQL_UUID_PARSE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/span.h"

/* 8-4-4-4-12 hexadecimal digits of any case. False: it is none; `out` is then undefined. */
bool uuid_parse(struct span text, uint8_t out[16]);

#endif
