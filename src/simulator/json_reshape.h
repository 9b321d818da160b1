/*
 * json_reshape.h - the API's other formats, made out of its compact JSON: whatever fields were
 * asked for, they agree with it.
 */
#ifndef SIMULATOR_JSON_RESHAPE_H
#define SIMULATOR_JSON_RESHAPE_H

#include "core/buf.h"
#include "core/span.h"

/* `json` is well-formed compact JSON of ours. Indented by two spaces. */
void json_reshape_pretty(struct span json, struct buf *out);

/*
 * `users` is objects of equal shape separated by commas, without arrays. A header line with dotted
 * names ("name.first"), then a line each; null is an empty field. Lines end in CR LF (RFC 4180).
 */
void json_reshape_csv(struct span users, struct buf *out);

#endif
