/*
 * dead_letter.h - the entries of the log's second stream, LOG_DEAD_LETTERS. An entry is a record
 * whose headers tell what happened to a record of the first stream, and whose value is that record
 * (redacted, as it was appended). Four kinds:
 *
 *     letter     a record was rejected. Appended before the ledger counts it
 *     attempt    a replay failed again: `attempts` counts, reason and text are the new ones
 *     replayed   a replay stored it
 *     restart    an owner of `partition`, whose stamps are stamp - offset + those of its records,
 *                began at `offset`: letters of that generation at or after it, of owners before it,
 *                do not count (a crash came between letter and ledger)
 *
 * So the state of a letter is what the entries say, read in order: see dead_fold.h.
 */
#ifndef PIPELINE_DEAD_LETTER_H
#define PIPELINE_DEAD_LETTER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/record.h"
#include "log/log.h"

enum letter_kind { LETTER_NEW, LETTER_ATTEMPT, LETTER_REPLAYED, LETTER_RESTART };
const char *letter_kind_name(enum letter_kind kind);

struct dead_letter {
	enum letter_kind kind;
	int32_t partition; /* of the record itself */
	int64_t offset;
	int64_t stamp;
	int64_t generation;
	int64_t time_us;      /* when it was rejected */
	int64_t timestamp_us; /* the record's own */
	int64_t attempts;     /* replays that failed */
	struct span table;
	struct span reason; /* "malformed_json", "valid_email", "column id": for counting */
	struct span
	    counted;      /* the reason under which the ledger counts it; of a new letter, `reason`
			   */
	struct span name; /* the column or constraint, or "" */
	struct span text; /* for people */
	struct span topic;
	struct span identity; /* of the log */
	struct span fingerprint;
	struct span key;
	struct span value; /* SPAN_NULL: not kept, then length and sha256 tell */
	int64_t length;
	struct span sha256; /* hex, or "" */
};

#define LETTER_HEADERS 18

/* Collects entries and appends them together. Texts of the letters are borrowed until the flush;
 * numbers are kept in the writer. */
struct letter_writer {
	struct arena arena;
	struct record *records;
	size_t count, capacity;
};

void letter_writer_init(struct letter_writer *writer);
void letter_writer_release(struct letter_writer *writer);
/* US_FATAL: out of memory, nothing was added. */
enum status letter_add(struct letter_writer *writer, const struct dead_letter *letter,
		       struct err *err);
/* Forget what was added. */
void letter_clear(struct letter_writer *writer);
/* Append everything, durably, then forget it; as log_ops.append otherwise (what was added stays, to
 * be flushed again). */
enum status letter_flush(struct letter_writer *writer, struct log *log, struct err *err);

/* False: not an entry of ours. Spans point into the record. */
bool letter_parse(const struct record *record, struct dead_letter *out);

/* SHA-256 in hex; out of >= 65 bytes. False: the library failed. */
bool letter_sha256(struct span data, char out[65]);

#endif
