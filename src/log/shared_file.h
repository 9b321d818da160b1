/*
 * shared_file.h - the file "shared" beside LMDB's: what processes tell each other without a
 * transaction. It is mapped by all of them and holds
 *
 *   - per stream, a number that grows with every append: a futex that waiting readers sleep on
 *   - the readers: name, committed position, the process that uses it
 *   - who appends, and which PID namespace everybody must be in
 *
 * Ownership is by locks on byte ranges of the file (open file description locks): the kernel frees
 * them when a process dies, however it dies. What is written down beside a lock (a pid) only serves
 * messages.
 *
 * The positions need not be durable: the sink's ledger is the authority. Written to a mapping, they
 * survive the death of the process, and a power cut sets them back by what the kernel had not yet
 * written, seconds. A reader's first registration and its last position are synced.
 */
#ifndef LOG_SHARED_FILE_H
#define LOG_SHARED_FILE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "log/log.h"

#define SHARED_READERS 120
#define SHARED_STREAMS 2

/* One reader, 256 bytes. */
struct shared_reader {
	_Atomic uint32_t used; /* 0: free. Written last */
	_Atomic uint32_t stream;
	_Atomic int32_t pid;  /* of the process that uses it, or did last */
	_Atomic int64_t next; /* committed position, -1: nothing yet */
	_Atomic int64_t updated_us;
	char name[128];
	char reserved[96];
};

struct shared_header {
	char magic[16];
	uint32_t version;
	uint32_t size; /* of the file */
	char identity[40];
	uint64_t pid_namespace[2]; /* device and inode; 0: unknown */
	_Atomic int32_t appender_pid[SHARED_STREAMS];
	_Atomic uint32_t sequence[SHARED_STREAMS];
};

struct shared_file {
	int fd;
	bool first;     /* nobody else has the log open; until shared_file_ready() */
	bool read_only; /* on a read-only file system: nothing is mapped for writing */
	struct shared_header *header;
	struct shared_reader *readers;             /* SHARED_READERS of them */
	_Atomic uint32_t sequence[SHARED_STREAMS]; /* in place of the header's, where read_only */
	char *path;
};

/*
 * Open `directory`/shared, making it where it is missing, and register as a user of the log.
 * Whoever is first has it alone until shared_file_ready(); others wait for that. US_REJECT: in use
 * from another PID namespace, or of a newer format; US_RETRY "full": no room for it.
 */
enum status shared_file_open(struct shared_file *out, const char *directory, struct err *err);
/*
 * The log behind it is found to be `identity`: what the file says of another log is forgotten (only
 * the first user can do so). Lets the other processes in.
 */
enum status shared_file_ready(struct shared_file *file, const char *identity, struct err *err);
void shared_file_close(struct shared_file *file);

/* The number that readers of a stream sleep on. */
uint32_t shared_file_sequence(struct shared_file *file, enum log_stream stream);
/* Sleep until it is no longer `seen`, or timeout_ms; may return early. */
void shared_file_wait(struct shared_file *file, enum log_stream stream, uint32_t seen,
		      int timeout_ms);
/* Wake the readers of all processes. Thread safe. */
void shared_file_wake(struct shared_file *file, enum log_stream stream);

/* Become the exclusive appender: *lock is a descriptor that holds it until it is closed. US_REJECT
 * says who it is. */
enum status shared_file_claim_appender(struct shared_file *file, enum log_stream stream, int *lock,
				       struct err *err);

/*
 * Find or register a reader and become its user: *lock holds it until it is closed. US_REJECT: in
 * use (err says by whom), or there are SHARED_READERS already.
 */
enum status shared_file_claim_reader(struct shared_file *file, enum log_stream stream,
				     const char *name, struct shared_reader **out, int *lock,
				     struct err *err);
/* Forget a reader. US_REJECT: unknown, or in use. */
enum status shared_file_drop_reader(struct shared_file *file, enum log_stream stream,
				    const char *name, struct err *err);
/* Fill in the readers of a stream, all but their lag; `out` has room for SHARED_READERS. */
enum status shared_file_list_readers(struct shared_file *file, enum log_stream stream,
				     struct log_reader_stat *out, size_t *count, struct err *err);
/* Write the readers to the disk. */
void shared_file_sync(struct shared_file *file);
/* The first offset that a reader still holds back. -1: nothing is read yet, as one has not
 * committed anything, or there are none. */
int64_t shared_file_hold(const struct shared_file *file, enum log_stream stream);

#endif
