/*
 * ingest_cursor.h - the text that ingest keeps in the log's own transaction: the source's cursor,
 * and the account of what was fetched so far, so that fetched = appended + refused + filtered
 * survives every restart.
 *
 *     {"version":1,"source":"https://…","state":"<the source's own text>",
 *      "fetched":1200,"appended":1190,"refused":7,"filtered":3,"refetched":0}
 */
#ifndef PIPELINE_INGEST_CURSOR_H
#define PIPELINE_INGEST_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "log/log.h"

#define CURSOR_MAX ((size_t)1 << 20)

struct ingest_cursor {
	struct buf source; /* what was asked for: "simulator:", "https://randomuser.me/api/"; its
			      secrets are "***" */
	struct buf state;  /* the source's own cursor */
	int64_t fetched, appended, refused, filtered;
	int64_t refetched; /* records of the log beside those `appended`: of batches that an
			      appender was killed in, and that were fetched again */
	int64_t beyond;    /* of these, what was found when it was read; not printed */
};

void ingest_cursor_init(struct ingest_cursor *cursor);
void ingest_cursor_release(struct ingest_cursor *cursor);
/* An empty text is an empty cursor. US_REJECT: not ours, or of a newer version. US_FATAL: memory.
 */
enum status ingest_cursor_parse(struct ingest_cursor *cursor, struct span text, struct err *err);
/* Appends the JSON text to `out` (check out->failed). */
void ingest_cursor_print(const struct ingest_cursor *cursor, struct buf *out);
/* Read it from a log; what stands beyond it is counted as refetched. US_OK with an empty cursor
 * where nothing was ever appended. */
enum status ingest_cursor_read(struct log *log, struct ingest_cursor *cursor, struct err *err);

/*
 * For `--source auto`: append to `identity` what the log's cursor remembers as the source; nothing
 * where the log does not exist or nothing was ever fetched. US_REJECT, US_RETRY, US_FATAL: as
 * log_open().
 */
enum status ingest_recorded_source(const struct log_config *config, struct buf *identity,
				   struct err *err);

#endif
