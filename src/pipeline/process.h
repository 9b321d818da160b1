/*
 * process.h - log -> transform -> sink, on two threads: this component's own reads the log,
 * transforms, and writes dead letters; the sink thread (handover.h) writes rows and ledger.
 *
 * One way to mend everything: whatever fails, what is under way is dropped, the ledger is read
 * again, and the reader seeks to where it stands. A record may be transformed twice, it is counted
 * once.
 *
 *     RETRY of a write        back off, read the ledger again, go on
 *     REJECT "row"            the record is remembered as refused, and rejected when read again
 *     FATAL, "ownership"      close everything, back off, open it again (within the budget)
 *     FAIL UPDATE             what stands before the record is written, then failed
 *     a gap, another log      failed, or counted as lost with accept_gap
 */
#ifndef PIPELINE_PROCESS_H
#define PIPELINE_PROCESS_H

#include "core/err.h"
#include "core/place.h"
#include "pipeline/component.h"
#include "pipeline/dead_letter.h"
#include "pipeline/handover.h"
#include "pipeline/meter.h"
#include "pipeline/partition.h"
#include "pipeline/supervisor.h"

/* The sink remembers whose rows it holds (a log made anew would start at offset 0 over them), and,
 * where a gap was accepted, whose it held before. Keys of its store of states. */
#define STATE_LOG        "log_identity"
#define STATE_FORMER_LOG "former_log_identity"

struct process {
	const struct supervisor_config *config; /* borrowed */
	struct component component;
	struct meter *meter;        /* borrowed */
	atomic_bool upstream_ended; /* ingest of this process appends no more */
	pthread_mutex_t wake_lock;  /* of reader, for process_wake() */

	/* of the component's own thread: */
	struct log *log, *letters;
	struct log_reader *reader;
	struct sink *sink;
	struct worker *worker;
	struct handover handover;
	bool handover_started;
	struct partition **partitions; /* kept over sessions */
	size_t partition_count;
	struct letter_writer writer;
	char identity[64];        /* of the log */
	char former_identity[64]; /* of a log that the sink knew before it, or "" */
	uint64_t polls;
	int64_t trying_since_us; /* to open the sink for the first time; 0: it was open before */
	bool target_known;       /* draining: where to stop */
	struct log_stat target;
};

/* Read a --from. US_REJECT, EXIT_BAD_USAGE: it is none. */
enum status process_check_from(const char *from, struct place *place, struct err *err);
/*
 * Did the rows of config->sink, which is open, come from the log `identity`? *former (to hold 63
 * bytes) becomes the identity of the one that they came from where that is another, else "".
 * US_REJECT, EXIT_BAD_DATA: from another, without config->accept_gap.
 */
enum status process_check_log(const struct supervisor_config *config, struct sink *sink,
			      const char *identity, struct buf *former, struct err *err);
enum status process_init(struct process *process, const struct supervisor_config *config,
			 struct meter *meter, struct err *err);
void process_release(struct process *process);
/* The thread's work; ends the component. */
void process_run(struct process *process);
/* Make it look at its flags now. Thread safe. */
void process_wake(struct process *process);

/* ---- between process.c, process_open.c, process_assign.c and process_batch.c */

/* Open log, letters, reader, sink, worker and the sink thread; on failure all is closed. */
enum status process_open(struct process *process, struct err *err);
void process_close(struct process *process);

/* A partition was assigned, or its records are gone: take position and totals from the ledger. */
enum status process_assign(struct process *process, const struct log_event *event, struct err *err);
enum status process_lost(struct process *process, const struct log_event *event, struct err *err);
/* Read all ledgers again and seek there. */
enum status process_rewind(struct process *process, struct err *err);
struct partition *process_partition(struct process *process, int32_t id);

/*
 * Transform the records of an event and hand them to the sink thread. US_OK: handed over, or given
 * up because something under way failed (process_settle() is false). US_RETRY: the component is to
 * end. US_REJECT: a FAIL UPDATE, everything before it is handed over.
 */
enum status process_records(struct process *process, struct partition *partition,
			    const struct log_event *event, struct err *err);
/* Take note of what the sink thread has finished. False: the oldest finished job failed, and is
 * left for process_run() to deal with. */
bool process_settle(struct process *process);
/* A job without records, that moves the ledger to partition->next. */
enum status process_move(struct process *process, struct partition *partition, struct err *err);

/* Append what the letter writer holds; waits out RETRY. US_RETRY: the component is to end. */
enum status process_flush_letters(struct process *process, struct err *err);

#endif
