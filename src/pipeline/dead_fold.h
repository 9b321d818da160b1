/*
 * dead_fold.h - the state of every dead letter, from the entries of the second stream read in order
 * (dead_letter.h): which are pending, how often they were tried, which were stored by a replay.
 *
 * One entry a record (partition and offset), with a bit for each table that rejected it. 48 bytes a
 * letter; the texts are read again when they are shown.
 *
 * A worker that was asleep may append after another has taken its partition over. Its letters are
 * of a lower generation, or of a lower base of stamps: they change nothing that the other has said.
 */
#ifndef PIPELINE_DEAD_FOLD_H
#define PIPELINE_DEAD_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "log/log.h"
#include "pipeline/dead_letter.h"
#include "sink/sink.h"

enum letter_state {
	LETTER_PENDING,
	LETTER_STORED,
	LETTER_VOID,
	LETTER_AHEAD /* appended, and the ledger has not got there (yet) */
};

struct folded_letter {
	int64_t offset; /* of the record */
	int64_t at;     /* offset of its newest letter or attempt in the stream */
	int64_t generation;
	int64_t base;      /* of its owner's stamps */
	int32_t partition; /* of the record; -1: a free slot */
	int32_t at_partition;
	uint32_t attempts;
	uint16_t tables; /* bits, as in dead_fold.tables */
	uint8_t state;   /* enum letter_state */
	bool earlier;    /* of a pass before this one, which began after it: not of its account */
};

/* Where the owner of a partition began, the one with the highest base of all that said so. */
struct fold_restart {
	int64_t offset, generation, base;
	int32_t partition;
};

#define FOLD_TABLES 16
struct dead_fold {
	char tables[FOLD_TABLES][128]; /* names met; tables beyond share the last bit */
	size_t table_count;
	struct folded_letter *slots; /* a hash table */
	size_t count, capacity;
	struct fold_restart *restarts; /* one a partition */
	size_t restart_count;
	int64_t foreign; /* entries of another log's records, or not ours */
};

/* What the ledger says of a partition. Of letters of former generations, those within [first, next)
 * do not count any more, this generation has passed judgement on them; those at or after `next` it
 * will judge; those before `first` stay, beside its account. */
struct fold_generation {
	int32_t partition;
	int64_t generation, first, next;
};

/*
 * Read the whole stream. Only letters of records of the log `identity` count. US_RETRY, US_FATAL as
 * the log. On failure there is nothing to release.
 */
enum status dead_fold_read(struct dead_fold *fold, struct log *letters, const char *identity,
			   struct err *err);
void dead_fold_release(struct dead_fold *fold);
/* Void what a later generation has judged anew, and set apart what the ledger does not count yet.
 */
void dead_fold_judge(struct dead_fold *fold, const struct fold_generation *generations,
		     size_t count);
/*
 * Count as stored what the sink's marks of a generation say was stored, though the replay was
 * killed before it could say so in the stream. US_RETRY, US_FATAL as the sink; a sink that cannot
 * be asked for marks has none.
 */
enum status dead_fold_marks(struct dead_fold *fold, struct sink *sink, const char *identity,
			    const struct fold_generation *generation, struct err *err);
/* NULL when there is none. */
const struct folded_letter *dead_fold_find(const struct dead_fold *fold, int32_t partition,
					   int64_t offset);
/* The bit of a table; 0 when no letter names it. */
uint16_t dead_fold_table(const struct dead_fold *fold, const char *table);
/* The pending letters by place in the stream, at most `limit` (0: all), into *out (to be freed with
 * mem_free); false: out of memory. */
bool dead_fold_pending(const struct dead_fold *fold, struct folded_letter **out, size_t *count);

/* Called for each record of a scan, in order. US_OK: go on; anything else ends the scan. */
typedef enum status (*log_scan_fn)(void *user, const struct record *record, struct err *err);
/* Read the records of all partitions that are there now, without leaving a trace in the log; of
 * each at most the last `tail` (0: all). */
enum status log_scan(struct log *log, int64_t tail, log_scan_fn fn, void *user, struct err *err);
/* What _topic is: the log's name of the stream, or `fallback` (which may be NULL: ""). */
const char *log_topic(const struct log_stat *stat, const char *fallback);
/* Read one record. *found = false when it is not held. Returns what `fn` returns. */
enum status log_read_one(struct log *log, int32_t partition, int64_t offset, log_scan_fn fn,
			 void *user, bool *found, struct err *err);

/*
 * The highest generation of a partition's letters, -1 where there are none. Reads the whole stream.
 */
enum status dead_letters_generation(struct log *letters, const char *identity, int32_t partition,
				    int64_t *generation, struct err *err);
/*
 * Is a letter of a partition and generation at or after `next`, that no restart has voided, or can
 * that not be told? *base becomes the highest base of stamps of those seen, INT64_MIN where there
 * are none. Looks at the stream's end only.
 */
enum status dead_letters_ahead(struct log *letters, const char *identity, int32_t partition,
			       int64_t generation, int64_t next, bool *ahead, int64_t *base,
			       struct err *err);

#endif
