/*
 * json.h - the C face of simdjson. Two readers of foreign JSON:
 *
 *   json_paths + json_reader   read chosen paths of one document as texts (the transform)
 *   json_splitter              cut an API's answer or a line into records, with their keys,
 * redacted (the sources)
 *
 * Both validate the whole document: RFC 8259, UTF-8, the parts that nobody reads included, whatever
 * simdjson's on-demand reader would let pass (tests compare with its DOM reader). The last of
 * duplicate keys wins. Depth over JSON_MAX_DEPTH is an error. A leading BOM is an error.
 */
#ifndef CORE_JSON_H
#define CORE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/span.h"

#define JSON_MAX_DEPTH 1000
/* Bytes that must be readable after a document. */
#define JSON_PADDING 64

/* One step of a path: a field (name.data != NULL) or an element of an array. JSON_ELEMENTS, as the
 * last step, is all of them: the text of the array, NULL where the value is none. */
#define JSON_ELEMENTS INT64_MIN
struct json_step {
	struct span name;
	int64_t index;
};

/* ---- paths: a trie of what is wanted. Built once, then read-only and shared by readers of any
 * threads. */
struct json_paths;
struct json_paths *json_paths_new(void); /* NULL: out of memory */
void json_paths_free(struct json_paths *paths);
/*
 * Ask for a path; the same path twice gives the same slot. `loc` and `loc.b` may both be asked for.
 * Before JSON_ELEMENTS the path without it has to be asked for. Zero steps: the document itself.
 * Returns the slot (0, 1, 2, ... in order of first asking) or -1: out of memory. Names are copied.
 */
int json_paths_add(struct json_paths *paths, const struct json_step *steps, size_t count);
size_t json_paths_count(const struct json_paths *paths);

/* ---- reader: one per thread. */
struct json_reader;
struct json_reader *json_reader_new(const struct json_paths *paths); /* NULL: out of memory */
void json_reader_free(struct json_reader *reader);

/*
 * Read one document (any JSON value if `any_value`, else it must be an object). For each slot,
 * values[slot][row] becomes the value as text: a string's content; a number's, true's or false's
 * text as it stands; an object or array minified; SPAN_NULL where the path is absent, null, or
 * leads through a scalar. Texts point into `doc` where it needs no unescaping, else into the
 * reader: both must live until json_reader_reset.
 *
 * doc must be readable JSON_PADDING bytes past len. US_REJECT: not valid JSON; err says what is
 * wrong and at which byte, and values are undefined. US_FATAL: out of memory.
 */
enum status json_reader_read(struct json_reader *reader, const char *doc, size_t len,
			     bool any_value, struct span *const *values, size_t row,
			     struct err *err);
/* Forget the texts handed out since the last reset; keeps the memory. Once per batch. */
void json_reader_reset(struct json_reader *reader);

/* ---- splitter */
struct json_splitter_config {
	const char *records; /* dotted path of the array of records in an answer ("results"); NULL
				or "": the document is one record, or an array of records */
	const char *key;     /* dotted path of a record's key ("login.uuid"); NULL or "": no keys */
	const char *const *redact; /* dotted paths cut out of every record before anybody sees it */
	size_t redact_count;
	const char *count; /* dotted path of a number in the answer that says how many records there
			      are ("info.results"), or NULL */
};

struct json_split_record {
	struct span value; /* minified, redacted, readable JSON_PADDING bytes past its end */
	struct span key;   /* the key's text; SPAN_NULL where absent or null */
};

struct json_split_result {
	const struct json_split_record *records; /* owned by the splitter until its next call */
	size_t record_count;
	int64_t declared_count;   /* what `count` said; -1 where there is none */
	size_t refused;           /* elements that are no JSON object, or whose key, where one is
				     configured, is absent, null, an object or an array */
	struct span answer_error; /* the text of a top-level "error" field, SPAN_NULL without; set
				     with err.kind "shape" too */
};

struct json_splitter;
/* Copies the configuration. US_FATAL: out of memory; US_REJECT: a path that is no path. */
enum status json_splitter_new(struct json_splitter **out, const struct json_splitter_config *config,
			      struct err *err);
void json_splitter_free(struct json_splitter *splitter);
/*
 * Give back what a large answer took: its records are gone. Small ones keep their memory, so that a
 * stream of them allocates nothing.
 */
void json_splitter_shrink(struct json_splitter *splitter);
/*
 * Split one answer, which need not be padded and is not needed afterwards. A record outlives only
 * until the next call. US_REJECT: the text is no valid JSON, or has no array at `records` (err.kind
 * "json" or "shape"). US_FATAL: out of memory.
 */
enum status json_split(struct json_splitter *splitter, const char *doc, size_t len,
		       struct json_split_result *out, struct err *err);

#endif
