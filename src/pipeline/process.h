/*
 * process.h - log -> transform -> sink, on two threads: this component's own reads the log,
 * transforms, and writes dead letters; the sink thread (handover.h) writes rows and ledger.
 *
 * One way to mend everything: whatever fails, what is under way is dropped, the ledger is read
 * again, and the reader seeks to where it stands. A record may be transformed twice, it is counted
 * once.
 *
 *     RETRY                   the partitions are paused, polls go on (a group may give partitions
 * and take them meanwhile); after a while read the ledgers again, go on REJECT "row"            the
 * record is remembered as refused, and rejected when read again FATAL "ownership"       of a shared
 * log: as RETRY, within the budget, and with a stamp of its own; else as any FATAL FATAL close
 * everything, back off, open it again (within the budget) FAIL UPDATE             what stands
 * before the record is written, then failed a gap, another log      failed, or counted as lost with
 * accept_gap
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
#include "pipeline/team.h"

/* The sink remembers whose rows it holds (a log made anew would start at offset 0 over them), and,
 * where a gap was accepted, whose it held before. Keys of its store of states. */
#define STATE_LOG        "log_identity"
#define STATE_FORMER_LOG "former_log_identity"

struct process {
	const struct supervisor_config *config; /* borrowed */
	struct component component;
	struct meter *meter;        /* borrowed */
	struct team *team;          /* borrowed */
	int worker_number;          /* which of the team, from 0 */
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
	char topic[250];          /* _topic */
	uint64_t polls;
	int64_t trying_since_us; /* to open the sink for the first time; 0: it was open before */
	bool complete;     /* told of every partition that is this worker's, as of the last poll */
	bool waiting;      /* for something that does not answer: nothing is handed out */
	int64_t retry_us;  /* until then; monotonic */
	bool target_known; /* where a bounded run ends */
	int64_t target_asked_us; /* when the ledger was asked last about others' partitions */
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
			 struct meter *meter, struct team *team, int worker, struct err *err);
void process_release(struct process *process);
/* The thread's work; ends the component. */
void process_run(struct process *process);
/* Make it look at its flags now. Thread safe. */
void process_wake(struct process *process);

/* ---- between process.c and process_*.c */

/* Open log, letters, reader, sink, worker and the sink thread; on failure all is closed. */
enum status process_open(struct process *process, struct err *err);
void process_close(struct process *process);

/* A partition was assigned: take position and totals from the ledger. US_RETRY: not now, it is
 * pending. */
enum status process_take(struct process *process, struct partition *partition, struct err *err);
/* The highest generation that the ledger has of a partition, and the lowest position; -1: there is
 * no ledger. `next` may be NULL. */
enum status process_generation(struct process *process, int32_t partition, int64_t *generation,
			       int64_t *next, struct err *err);
/* A new pass from `offset`, in the ledger at once. */
enum status process_restart(struct process *process, struct partition *partition, int64_t offset,
			    struct err *err);
/* Read on at partition->next, or at the record before it, where that is to be compared with the
 * ledger's. */
enum status process_seek(struct process *process, struct partition *partition, struct err *err);
/* Records [next, low) are gone; next is beyond the log's end. US_OK: passed, as accepted, or (the
 * end) not so any more. US_RETRY: a shared log has to say it for a while. */
enum status process_pass_gap(struct process *process, struct partition *partition, struct err *err);
enum status process_pass_cut(struct process *process, struct partition *partition, struct err *err);
/* `record` is before the position: is it the one that the ledger remembers? *fits false: it is
 * read on elsewhere, or is found again. */
enum status process_check_anchor(struct process *process, struct partition *partition,
				 const struct record *record, bool *fits, struct err *err);
/* Its records are gone. */
enum status process_lost(struct process *process, const struct log_event *event, struct err *err);
/* Read all ledgers again and seek there; those that another has moved are pending then. */
enum status process_rewind(struct process *process, struct err *err);
/* NULL: out of memory. */
struct partition *process_partition(struct process *process, int32_t id);
/* Tell the team how far a partition is, or that it is not this worker's any more. */
void process_tell(struct process *process, const struct partition *partition);

/*
 * The oldest finished job failed. US_OK: mended, or waiting. US_FATAL: open everything again.
 * US_REJECT: for good. US_RETRY: draining, and what does not answer stays away.
 */
enum status process_mend(struct process *process, struct err *err);
/* Something does not answer: pause everything. As process_mend(). */
enum status process_wait(struct process *process, struct err *err);
/* Has another worker or process, with which the log is shared, written the ledger? */
bool process_is_ownership(const struct process *process, const struct err *err);
/* The time is up: read the ledgers again. As process_mend(). */
enum status process_resume(struct process *process, struct err *err);
/* Is everything settled that was in the log when this was asked first? */
bool process_reached_end(struct process *process, struct err *err);

/*
 * Transform the records of an event and hand them to the sink thread. US_OK: handed over, or given
 * up because something under way failed (process_settle() is false). US_RETRY: a dead letter cannot
 * be written now. US_REJECT: a FAIL UPDATE, everything before it is handed over.
 */
enum status process_records(struct process *process, struct partition *partition,
			    const struct log_event *event, struct err *err);
/* Take note of what the sink thread has finished. False: the oldest finished job failed, and is
 * left for process_run() to deal with. */
bool process_settle(struct process *process);
/* A job without records, that moves the ledger to partition->next. */
enum status process_move(struct process *process, struct partition *partition, struct err *err);

/* Append what the letter writer holds, and forget it. */
enum status process_flush_letters(struct process *process, struct err *err);

#endif
