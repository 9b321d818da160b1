/*
 * userstream.h - the transform engine as a library: compile a pipeline file, turn batches of JSON
 * records into Arrow arrays, with the rejected beside them.
 *
 *     us_pipeline *pipeline = us_pipeline_compile(text, length, "p.sql", NULL, &diagnostics);
 *     us_worker *worker = us_worker_new(pipeline);             one per thread
 *     us_transform(worker, 0, records, count, &rows);          rows is a struct array
 *     us_rejected_count(worker), us_rejected_reason(worker, i) the others
 *
 * No global state. A us_pipeline is immutable after compiling and may be shared by threads; a
 * us_worker belongs to one thread at a time. What a function hands out through the Arrow C Data
 * Interface owns its memory and outlives both.
 *
 * Link with -luserstream (pkg-config userstream). The calls below are the whole interface: symbols
 * begin with us_, and the soname changes when one of them does.
 */
#ifndef USERSTREAM_H
#define USERSTREAM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define US_API __attribute__((visibility("default")))
#else
#define US_API
#endif

/* https://arrow.apache.org/docs/format/CDataInterface.html */
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE
#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE           2
#define ARROW_FLAG_MAP_KEYS_SORTED    4
struct ArrowSchema {
	const char *format;
	const char *name;
	const char *metadata;
	int64_t flags;
	int64_t n_children;
	struct ArrowSchema **children;
	struct ArrowSchema *dictionary;
	void (*release)(struct ArrowSchema *);
	void *private_data;
};
struct ArrowArray {
	int64_t length;
	int64_t null_count;
	int64_t offset;
	int64_t n_buffers;
	int64_t n_children;
	const void **buffers;
	struct ArrowArray **children;
	struct ArrowArray *dictionary;
	void (*release)(struct ArrowArray *);
	void *private_data;
};
#endif

typedef struct us_pipeline us_pipeline;
typedef struct us_worker us_worker;

/* "0.1.0". */
US_API const char *us_version(void);

/*
 * Compile the text of a pipeline file, or of one SELECT by itself: then there is one table, called
 * "", whose columns have the types of the expressions.
 *
 * `name` is what diagnostics call the text. `variables` are the values of ${NAME}: "NAME=value"
 * texts, ended by NULL, as environ is; NULL: there are none. Nothing is kept of the arguments.
 *
 * NULL on failure; then *diagnostics is a text to print (all errors at once, file:line:column,
 * caret), to be freed with us_text_free, or NULL: out of memory. On success *diagnostics holds
 * warnings, or NULL.
 */
US_API us_pipeline *us_pipeline_compile(const char *text, size_t length, const char *name,
					const char *const *variables, char **diagnostics);
/* Workers must be freed first. NULL is allowed in every function that frees. */
US_API void us_pipeline_free(us_pipeline *pipeline);
US_API void us_text_free(char *text);

US_API size_t us_pipeline_table_count(const us_pipeline *pipeline);
US_API const char *us_pipeline_table_name(const us_pipeline *pipeline, size_t table);
/* The table's columns as an Arrow struct type. 0, or -1: out of memory, or no such table. The
 * caller calls out->release. */
US_API int us_pipeline_schema(const us_pipeline *pipeline, size_t table, struct ArrowSchema *out);

/* One per thread. NULL: out of memory. The pipeline must outlive it. */
US_API us_worker *us_worker_new(const us_pipeline *pipeline);
US_API void us_worker_free(us_worker *worker);

struct us_record {
	const char *value; /* JSON; NULL is a tombstone: rejected. Need not be padded */
	size_t length;
	const char *key; /* may be NULL */
	size_t key_length;
	const char *topic; /* NUL-terminated, may be NULL */
	int32_t partition;
	int64_t offset;
	int64_t timestamp_us;
};

/*
 * Transform records into the rows of one table: `out` becomes a struct array (the caller calls
 * out->release). Rejected records, and which record each row came from, are kept in the worker
 * until its next call.
 *
 * 0, or -1 with us_worker_error(), and nothing in `out`: there is no such table; a FAIL UPDATE
 * constraint was violated; out of memory; or a column has more than 2 GiB of text (give fewer
 * records).
 */
US_API int us_transform(us_worker *worker, size_t table, const struct us_record *records,
			size_t count, struct ArrowArray *out);
/*
 * The same for records that are an Arrow array already: `values` of type utf8, binary, large_utf8
 * or large_binary, NULLs are tombstones. Record i has the offset first_offset + i, no key, and the
 * time 0. Both are only read, and stay the caller's. -1 for another type too.
 */
US_API int us_transform_arrow(us_worker *worker, size_t table, const struct ArrowSchema *schema,
			      const struct ArrowArray *values, int64_t first_offset,
			      struct ArrowArray *out);
/* Why the last call failed: a text, owned by the worker. */
US_API const char *us_worker_error(const us_worker *worker);

/* For each row of the last call the index of its record, ascending; owned by the worker. */
US_API const uint64_t *us_row_records(const us_worker *worker);

US_API size_t us_rejected_count(const us_worker *worker);
/* Of the i-th rejected record, i below us_rejected_count: its index in the records, and the reason
 * ("malformed_json: ...", "valid_email: ...", "id: ...") as a text, owned by the worker. */
US_API size_t us_rejected_record(const us_worker *worker, size_t i);
US_API const char *us_rejected_reason(const us_worker *worker, size_t i);

#ifdef __cplusplus
}
#endif
#endif
