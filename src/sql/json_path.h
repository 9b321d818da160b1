/*
 * json_path.h - the paths of get_json_object ($.a['b'][0][*]), and what they find in a JSON text.
 * The rules are Hive's as Spark has them: what a path with [*] gives depends on how many elements
 * it finds.
 */
#ifndef SQL_JSON_PATH_H
#define SQL_JSON_PATH_H

#include <stddef.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/span.h"

struct json_path;

/* *out lives in the arena, and needs `text` as long. US_REJECT: it is no path, err says so;
 * US_FATAL: out of memory. */
enum status json_path_parse(struct span text, struct arena *arena, struct json_path **out,
			    struct err *err);

enum json_found {
	JSON_NOTHING, /* or the text is malformed */
	JSON_FOUND,
	JSON_NO_MEMORY
};
/* What the path finds in a JSON text, into `room` of json_writer_room(json.len) bytes. `arena` is
 * used for numbers of many digits only. */
enum json_found json_path_find(const struct json_path *path, struct span json, struct arena *arena,
			       char *room, size_t *len);

#endif
