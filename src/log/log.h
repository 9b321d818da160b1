/*
 * log.h - the durable, ordered, replayable middle: records in partitions, each with an offset that
 * never changes.
 *
 * A const table of functions per backend; log_open() picks it by scheme: lmdb:PATH (a directory),
 * memory: and memory:NAME (the reference, within this process). A log has two streams, the records
 * and the dead letters beside them; each is opened as a log of its own.
 *
 * Handles of one path in one process share what they must (LMDB's environment). A struct log is
 * used by one thread at a time; different handles by different threads.
 */
#ifndef LOG_LOG_H
#define LOG_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/record.h"
#include "core/setting.h"
#include "core/span.h"

enum log_stream { LOG_RECORDS, LOG_DEAD_LETTERS };

#define LOG_TOPIC_MAX 250

struct log_config {
	const char *uri;
	enum log_stream stream;
	bool create;    /* make it where it is missing; else a missing one is US_REJECT,
			   EXIT_BAD_CONFIG */
	bool exclusive; /* this handle is the stream's appender: a second exclusive one is refused
			   with who holds it (pid). Others may append a little beside it */
	bool read_only;
	int64_t retain_bytes; /* 0: no bound. Retention never passes a record that a named reader
				 has not committed, and a stream that has none is unread, unless
				 retain_unread */
	int64_t retain_ms;    /* 0: no bound */
	bool retain_unread;
	int64_t map_bytes; /* upper bound of the file (lmdb) or of the records (memory), 0: none.
			      When it is reached, append is US_RETRY "full" */
	const struct setting *settings; /* a backend takes those of its own prefix */
	size_t setting_count;
	int member; /* where several readers of this process share a name: which of them, from 0 */
};

struct log_partition_stat {
	int32_t partition;
	int64_t low;  /* first offset still held */
	int64_t high; /* offset that the next record will get */
};

struct log_reader_stat {
	char name[128];
	int32_t partition;
	int64_t next; /* committed position */
	int64_t lag;  /* high - next */
	int64_t updated_us;
};

struct log_stat {
	char identity[64]; /* of this log: a new one after it was deleted and made anew (of a
			      shared one: the same under the same name) */
	char topic[LOG_TOPIC_MAX];             /* the stream's own name; "" where it has none */
	struct log_partition_stat *partitions; /* owned by the caller: log_stat_release() */
	size_t partition_count;
	struct log_reader_stat *readers;
	size_t reader_count;
	int64_t bytes;      /* that this stream's records take up */
	int64_t file_bytes; /* of the files that it shares with the other stream, free pages
			       included; 0: memory */
	int64_t oldest_us;  /* timestamp of the oldest record, 0: empty */
	int64_t newest_us;
};
void log_stat_release(struct log_stat *stat);

struct log;
struct log_reader;

struct log_ops {
	const char *scheme;
	/*
	 * The log is a server's, and others use it too: readers of one name share its partitions
	 * (LOG_EVENT_REVOKED comes), others append, offsets have gaps that are no loss, and one
	 * made anew is told by its records only.
	 */
	bool shared;
	/*
	 * Append all records and, where cursor is not NULL, put it in the place of the former one:
	 * all or nothing, durable when it returns US_OK. Readers of any process are woken. With no
	 * records and no cursor it only does a piece of what retention has to do.
	 * record.offset is ignored; so is record.partition, but for dead letters: those of one
	 * partition stay in order. *first_offset is the first record's (may be NULL; -1 where a
	 * backend has several partitions). US_RETRY: nothing was appended, or (a server that does
	 * not answer) it is still under way, and the same call again goes on waiting for it; kind
	 * "full" when the disk or the map is full. US_REJECT: a record too large, err names its
	 * index; nothing was appended. US_FATAL: close.
	 */
	enum status (*append)(struct log *log, const struct record *records, size_t count,
			      const struct span *cursor, int64_t *first_offset, struct err *err);
	/*
	 * Append the cursor's text to `out`; nothing when there is none yet. *beyond becomes the
	 * number of records behind it that belong to no whole batch: an appender was killed that
	 * could not append all or nothing. They stay, and what they are of will be fetched again.
	 */
	enum status (*cursor)(struct log *log, struct buf *out, int64_t *beyond, struct err *err);
	/*
	 * A reader with a name of its own, whose committed position the log keeps; "" is nameless:
	 * it commits nothing and holds back no retention. US_REJECT: the name is in use by a living
	 * process (err says which).
	 */
	enum status (*reader_open)(struct log *log, const char *name, struct log_reader **out,
				   struct err *err);
	/* Fill *out; release it with log_stat_release(). All readers, also those not open: here, or
	 * where they are costly to learn, with readers(). */
	enum status (*stat)(struct log *log, struct log_stat *out, struct err *err);
	/* Add the readers to what stat() filled; may be NULL: stat() has told them. On failure
	 * *stat is still to be released. Call it by log_readers(). */
	enum status (*readers)(struct log *log, struct log_stat *stat, struct err *err);
	/* Is it fit to append to and to read from, as of now? May be NULL: as it could be opened,
	 * it is. US_RETRY: not now, and err says what to do. Call it by log_check(). */
	enum status (*check)(struct log *log, struct err *err);
	/* Remove the records below `before` (INT64_MAX: all). Stops at the first record that a
	 * named reader has not committed (the first of all, where there is none) unless `force`.
	 * *removed may be NULL. */
	enum status (*trim)(struct log *log, int32_t partition, int64_t before, bool force,
			    int64_t *removed, struct err *err);
	/* Forget a reader that nobody uses any more. US_REJECT: unknown, or in use. */
	enum status (*drop_reader)(struct log *log, const char *name, struct err *err);
	void (*close)(struct log *log);
};

struct log {
	const struct log_ops *ops;
};

enum log_event_kind {
	LOG_EVENT_NONE,     /* the time is up, or woken */
	LOG_EVENT_ASSIGNED, /* this reader now owns `partition` (of which low and high are told):
			       seek before the next poll, else it starts at the committed position,
			       or low */
	LOG_EVENT_REVOKED,  /* it is given up with the next poll: what is under way may be finished
			       and committed before, and is another reader's to do after */
	LOG_EVENT_RECORDS,  /* records of one partition, ascending offsets, perhaps with gaps; none
			       at all where there was but a gap up to `next` */
	LOG_EVENT_LOST      /* the position fell below low: records [next, low) are gone. Told once;
			       the reader stands still until a seek */
};

struct log_event {
	enum log_event_kind kind;
	int32_t partition;
	int64_t low, high; /* of the partition, as of now */
	int64_t next;      /* LOST: the position that is gone. RECORDS: the position after them */
	const struct record *records; /* RECORDS: borrowed until the second poll after this one: a
					 caller may work on one batch while it polls the next */
	size_t record_count;
	bool complete; /* every partition that is this reader's at present has been told of */
};

struct log_reader_ops {
	/*
	 * Wait up to timeout_ms (0: not at all, < 0: for ever) for something, without spinning. At
	 * most max_records in a batch (0: the backend's choice) and about 4 MiB; returns as soon as
	 * there is one record. US_OK: *event is filled. US_RETRY: not now. US_FATAL: close the
	 * reader.
	 */
	enum status (*poll)(struct log_reader *reader, int timeout_ms, size_t max_records,
			    struct log_event *event, struct err *err);
	/* The next record handed out will be the first at or after `offset`. */
	enum status (*seek)(struct log_reader *reader, int32_t partition, int64_t offset,
			    struct err *err);
	/* The first offset at or after a time; high when there is none. */
	enum status (*offset_at)(struct log_reader *reader, int32_t partition, int64_t timestamp_us,
				 int64_t *offset, struct err *err);
	/* Keep the position; it follows the sink's ledger. Need not be durable at once: the ledger
	 * is the authority. */
	enum status (*commit)(struct log_reader *reader, int32_t partition, int64_t next,
			      struct err *err);
	/* Hand out nothing of it until resumed; polling goes on. */
	enum status (*pause)(struct log_reader *reader, int32_t partition, bool paused,
			     struct err *err);
	/* Make a poll that waits, or the next one, return LOG_EVENT_NONE. Thread safe. */
	void (*wake)(struct log_reader *reader);
	void (*close)(struct log_reader *reader);
};

struct log_reader {
	const struct log_reader_ops *ops;
};

/*
 * Open one stream of a log. config's texts are copied. US_REJECT, EXIT_BAD_CONFIG: a bad URI, a
 * newer on-disk format, missing and not `create`, already in use; US_RETRY "full": no room to make
 * it; US_FATAL: a damaged file, or the system refuses. Parameters of a URI: max_record_bytes (16
 * MiB), and for memory: partitions (1).
 */
enum status log_open(struct log **out, const struct log_config *config, struct err *err);

/* Is what was appended to the log of this URI still there when the program has ended? A bad URI
 * keeps nothing, which log_open() tells. */
bool log_uri_keeps(const char *uri);

/* The topic that a log's URI names; "" where the log has no name of its own (lmdb, memory), or the
 * URI is a bad one, which log_open() tells. */
void log_uri_topic(const char *uri, char out[LOG_TOPIC_MAX]);

/*
 * Test hook: what log_open() opens from now on is handed to `wrap`, and the caller gets what that
 * returns: a log that owns the one it was given, or NULL (out of memory; the log is closed). NULL
 * turns it off.
 */
void log_set_wrapper(struct log *(*wrap)(struct log *log, const struct log_config *config));

/* A log "memory:NAME" lives until the process ends; this ends it now, where no handle is open. */
void log_memory_forget(const char *name);

/* A number that a log tells of itself while it works. */
struct log_metric {
	const char *name, *help;
	bool counter; /* else a gauge */
};
struct log_label {
	const char *name, *value;
};
#define LOG_LABELS 3
typedef void log_metric_fn(void *user, const struct log_metric *metric,
			   const struct log_label *labels, size_t label_count, double value);
/*
 * What the open logs of this process tell of themselves (Kafka: its client library's statistics;
 * the others nothing): `tell` is called for each number, those of one metric one after another.
 * What it is given is borrowed during the call, in which it must not open or close a log. Thread
 * safe.
 */
void log_metrics(log_metric_fn *tell, void *user);

/* Let a stat() tell of the readers, too. */
static inline enum status log_readers(struct log *log, struct log_stat *stat, struct err *err)
{
	return log->ops->readers ? log->ops->readers(log, stat, err) : US_OK;
}

static inline enum status log_check(struct log *log, struct err *err)
{
	return log->ops->check ? log->ops->check(log, err) : US_OK;
}

static inline void log_close(struct log *log)
{
	if (log)
		log->ops->close(log);
}
static inline void log_reader_close(struct log_reader *reader)
{
	if (reader)
		reader->ops->close(reader);
}

#endif
