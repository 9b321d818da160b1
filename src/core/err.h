/*
 * err.h - the four classes of outcome, and the text that goes with them.
 *
 * A function that can fail returns an `enum status` and takes a `struct err *`
 * as its last parameter. The class says who acts; pipeline/ is the one place
 * that acts on it. The text is complete enough to be printed as it stands: what
 * happened, where, and what to do. On US_OK the err is left untouched.
 */
#ifndef CORE_ERR_H
#define CORE_ERR_H

#include <stdarg.h>
#include <stddef.h>

#include "core/span.h"

enum status {
	US_OK = 0, /* done; durable where the call promises it */
	US_RETRY,  /* not now: back off, call again with the same arguments */
	US_REJECT, /* this record (or this input) never: dead letter */
	US_FATAL   /* this handle never again: close it; the supervisor reopens */
};

/* Exit codes, from sysexits.h where it has one. */
enum exit_code {
	EXIT_DONE = 0,
	EXIT_DIFFERENCE = 1, /* a check found a difference */
	EXIT_BAD_USAGE = 64,
	EXIT_BAD_DATA = 65,
	EXIT_UNREACHABLE = 69,
	EXIT_INTERNAL = 70,
	EXIT_IO = 74,
	EXIT_TRY_AGAIN = 75,
	EXIT_BAD_CONFIG = 78
};

#define ERR_TEXT_MAX 1024

struct err {
	char text[ERR_TEXT_MAX]; /* one or more lines, no trailing newline */
	enum exit_code code;     /* what a command that gives up exits with */
	const char *kind;        /* short static label for counters ("http_429"), or NULL */
	int retry_after_ms;      /* with US_RETRY: wait at least this long; 0 = no wish */
};

#define ERR_INIT                                                                  \
	{                                                                         \
		.text = "", .code = EXIT_INTERNAL, .kind = 0, .retry_after_ms = 0 \
	}

/*
 * Fill `err` (which may be NULL) and return `status`, so that a failure is one
 * line: return err_set(err, US_RETRY, EXIT_UNREACHABLE, "cannot reach %s", host);
 * A text that does not fit is cut at a character boundary and ends in "...".
 * Clears kind and retry_after_ms; set them after the call.
 */
enum status err_set(struct err *err, enum status status, enum exit_code code, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* As err_set, with a va_list. */
enum status err_setv(struct err *err, enum status status, enum exit_code code, const char *fmt,
		     va_list args) __attribute__((format(printf, 4, 0)));

/* The failure of every allocation: US_FATAL, "out of memory while <doing>". */
enum status err_no_memory(struct err *err, const char *doing);

/*
 * What is to be opened is not there, and was not to be made: US_REJECT, EXIT_BAD_CONFIG, kind
 * "missing".
 */
enum status err_missing(struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Put "prefix: " in front of the text, e.g. the name of the component. */
void err_prefix(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * Foreign text as a message may show it, for it goes to terminals and logs: control characters are
 * spaces, and what does not fit in `size` bytes (at least 8) ends in "...", at a character
 * boundary. Returns `out`.
 */
const char *err_foreign(struct span text, char *out, size_t size);

/* "ok", "retry", "reject", "fatal". Never NULL. */
const char *status_name(enum status status);

#endif
