/*
 * suite_file.h - a pipeline's tests as a person writes them: records in, rows and rejections out.
 *
 *     # a line that begins with # is a comment
 *     pipeline ../user_profiles.sql
 *
 *     test white space in a name is one blank
 *     record {"name": {"first": " Ana \t Maria "},
 *             "login": {"uuid": "00000000-0000-4000-8000-000000000001"}}
 *     row {"first_name": "Ana Maria", "last_name": null}
 *
 *     test an address without @
 *     record {"email": "nobody"}
 *     reject valid_email
 *
 * A line begins with a word; it goes on in the lines below that begin with white space.
 *
 *     pipeline FILE              what is tested, relative to the test file; before the first test
 *     test NAME                  a case begins
 *     record JSON | NULL         a record, or a tombstone; any text, so that bad JSON can be tested
 *     meta JSON                  its _key, _offset, _partition, _timestamp, _topic
 *
 * and below a record, what comes of it, with (TABLE) behind the word where there are several:
 *
 *     row JSON                   a row; the columns that are named are compared, as Spark prints
 * them reject REASON[: TEXT]      a rejection; its details contain the text violates CONSTRAINT a
 * constraint that only counts filtered                   nothing: WHERE left it out
 */
#ifndef CLI_SUITE_FILE_H
#define CLI_SUITE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/diag.h"
#include "core/err.h"
#include "core/span.h"

enum suite_kind { SUITE_ROW, SUITE_REJECT, SUITE_VIOLATES, SUITE_FILTERED };

/* Spans point into the text of the file, which has to outlive the suite. */
struct suite_expectation {
	enum suite_kind kind;
	struct span table; /* SPAN_NULL: not named */
	struct span text;  /* the JSON of a row, the reason, the constraint */
	size_t line;
	struct suite_expectation *next;
};

struct suite_record {
	struct span value; /* SPAN_NULL: a tombstone */
	struct span meta;  /* SPAN_NULL: none */
	size_t line;
	struct suite_expectation *expected;
	struct suite_record *next;
};

struct suite_case {
	struct span name;
	size_t line;
	struct suite_record *records;
	struct suite_case *next;
};

struct suite {
	struct span pipeline; /* SPAN_NULL: not named */
	struct suite_case *cases;
};

/* Read a test file. Mistakes are in diags, all of them. US_FATAL: out of memory. */
enum status suite_parse(struct suite *out, struct span text, struct arena *arena,
			struct diag_list *diags, struct err *err);

#endif
