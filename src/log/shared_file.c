/*
 * shared_file.c - the mapping, the locks and the wake-up of the file "shared". See shared_file.h;
 * the table of readers is in shared_readers.c.
 *
 * Its blocks are allocated when it is made: a write to the mapping of a sparse file on a full disk
 * would be SIGBUS.
 */
#include "log/shared_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "core/mem.h"
#include "log/log_files.h"

#define MAGIC       "userstream log\n" /* and its NUL: 16 bytes */
#define HEADER_SIZE 4096
#define FILE_SIZE   (HEADER_SIZE + SHARED_READERS * sizeof(struct shared_reader))

_Static_assert(sizeof(struct shared_reader) == 256, "the table of readers is part of the format");
_Static_assert(sizeof(struct shared_header) <= HEADER_SIZE, "the header has one page");
_Static_assert(ATOMIC_INT_LOCK_FREE == 2 && ATOMIC_LLONG_LOCK_FREE == 2,
	       "processes share these without a lock");

static uint64_t *own_pid_namespace(uint64_t out[2])
{
	struct stat st;
	out[0] = out[1] = 0;
	if (stat("/proc/self/ns/pid", &st) == 0) {
		out[0] = (uint64_t)st.st_dev;
		out[1] = (uint64_t)st.st_ino;
	}
	return out;
}

static _Atomic uint32_t *word_of(struct shared_file *file, enum log_stream stream)
{
	return file->read_only ? &file->sequence[stream] : &file->header->sequence[stream];
}

uint32_t shared_file_sequence(struct shared_file *file, enum log_stream stream)
{
	return atomic_load(word_of(file, stream));
}

void shared_file_wait(struct shared_file *file, enum log_stream stream, uint32_t seen,
		      int timeout_ms)
{
	struct timespec timeout = { .tv_sec = timeout_ms / 1000,
				    .tv_nsec = timeout_ms % 1000 * 1000000L };
	/* Interrupted, timed out, woken or already changed: the caller looks for itself. */
	syscall(SYS_futex, word_of(file, stream), FUTEX_WAIT, seen, &timeout, NULL, 0);
}

void shared_file_wake(struct shared_file *file, enum log_stream stream)
{
	_Atomic uint32_t *word = word_of(file, stream);
	atomic_fetch_add(word, 1);
	syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

/* Is what the header says a file of ours, and complete? */
static bool header_fits(const struct shared_header *header)
{
	return memcmp(header->magic, MAGIC, sizeof(header->magic)) == 0 &&
	       header->version == LOG_FORMAT_VERSION && header->size == FILE_SIZE;
}

static void header_init(struct shared_file *file)
{
	memset(file->header, 0, FILE_SIZE);
	memcpy(file->header->magic, MAGIC, sizeof(file->header->magic));
	file->header->version = LOG_FORMAT_VERSION;
	file->header->size = FILE_SIZE;
}

static enum status refuse_version(const struct shared_file *file, struct err *err)
{
	return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
		       "%s is of format %u, this program knows up to %d: use a newer userstream",
		       file->path, file->header->version, LOG_FORMAT_VERSION);
}

static enum status check_header(struct shared_file *file, struct err *err)
{
	struct shared_header *header = file->header;
	bool ours = memcmp(header->magic, MAGIC, sizeof(header->magic)) == 0;
	if (ours && header->version > LOG_FORMAT_VERSION)
		return refuse_version(file, err);
	if (file->first) {
		if (!header_fits(header))
			header_init(file);
		own_pid_namespace(header->pid_namespace);
		return US_OK;
	}
	if (!header_fits(header))
		return err_set(err, US_FATAL, EXIT_IO,
			       "%s is in use and damaged: stop the programs that use the log, then "
			       "start again",
			       file->path);
	uint64_t own[2];
	own_pid_namespace(own);
	if (own[1] && header->pid_namespace[1] &&
	    memcmp(own, header->pid_namespace, sizeof(own)) != 0)
		return err_set(
		    err, US_REJECT, EXIT_BAD_CONFIG,
		    "%s is in use from another PID namespace (another container): LMDB's "
		    "locks do not work across them. Run both programs in one container or "
		    "with a shared PID namespace (docker run --pid=container:NAME, "
		    "shareProcessNamespace in a pod)",
		    file->path);
	return US_OK;
}

/* Wait for the program that has the log alone to finish opening it. */
static enum status join(struct shared_file *file, struct err *err)
{
	if (log_lock_wait(file->fd, F_RDLCK, LOCK_IN_USE))
		return US_OK;
	return err_set(err, US_FATAL, EXIT_IO, "cannot lock %s: %s", file->path, strerror(errno));
}

/* On a read-only file system there is nobody to share with, or we could not keep out of its way. */
static enum status open_read_only(struct shared_file *file, struct err *err)
{
	file->fd = open(file->path, O_RDONLY | O_CLOEXEC);
	if (file->fd < 0)
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG, "cannot open %s: %s", file->path,
			       strerror(errno));
	file->read_only = true;
	if (log_lock_is_taken(file->fd, LOCK_IN_USE))
		return err_set(
		    err, US_REJECT, EXIT_BAD_CONFIG,
		    "the log of %s is in use and cannot be read beside its user through a "
		    "read-only mount: readers register in it. Mount it writable",
		    file->path);
	return join(file, err);
}

static enum status open_writable(struct shared_file *file, struct err *err)
{
	file->fd = open(file->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (file->fd < 0 && (errno == EROFS || errno == EACCES))
		return open_read_only(file, err);
	if (file->fd < 0)
		return log_file_error("open", file->path, errno, err);
	file->first = log_lock_try(file->fd, F_WRLCK, LOCK_IN_USE);
	if (!file->first)
		return join(file, err);
	struct stat st;
	int failed = fstat(file->fd, &st) != 0 ? errno : log_file_allocate(file->fd, FILE_SIZE);
	if (failed)
		return log_file_error("make room for", file->path, failed, err);
	if (st.st_size > (off_t)FILE_SIZE && ftruncate(file->fd, FILE_SIZE) != 0)
		return log_file_error("shorten", file->path, errno, err);
	return US_OK;
}

/* Map the open file and check what it says. */
static enum status map_file(struct shared_file *file, struct err *err)
{
	struct stat st;
	if (fstat(file->fd, &st) != 0 || st.st_size < (off_t)FILE_SIZE)
		return err_set(err, US_FATAL, EXIT_IO, "%s is cut short", file->path);
	int protection = file->read_only ? PROT_READ : PROT_READ | PROT_WRITE;
	void *map = mmap(NULL, FILE_SIZE, protection, MAP_SHARED, file->fd, 0);
	if (map == MAP_FAILED)
		return err_set(err, US_FATAL, EXIT_IO, "cannot map %s: %s", file->path,
			       strerror(errno));
	file->header = map;
	file->readers = (struct shared_reader *)(void *)((char *)map + HEADER_SIZE);
	if (file->read_only)
		return header_fits(file->header) ? US_OK : refuse_version(file, err);
	return check_header(file, err);
}

/* The program that had the log alone gave up before it was ready: somebody must begin anew. */
static bool is_abandoned(const struct shared_file *file)
{
	struct stat st;
	if (file->first || file->read_only || fstat(file->fd, &st) != 0)
		return false;
	char identity;
	ssize_t got = pread(file->fd, &identity, 1, offsetof(struct shared_header, identity));
	return got != 1 || identity == '\0';
}

enum status shared_file_open(struct shared_file *out, const char *directory, struct err *err)
{
	struct shared_file file = { .fd = -1, .path = log_file_path(directory, "shared") };
	if (!file.path)
		return err_no_memory(err, "opening the log");
	enum status status = open_writable(&file, err);
	for (int tries = 0; status == US_OK && is_abandoned(&file) && tries < 100; tries++) {
		close(file.fd);
		file.fd = -1;
		status = open_writable(&file, err);
	}
	if (status == US_OK)
		status = map_file(&file, err);
	if (status != US_OK) {
		shared_file_close(&file);
		return status;
	}
	*out = file;
	return US_OK;
}

enum status shared_file_ready(struct shared_file *file, const char *identity, struct err *err)
{
	if (strncmp(file->header->identity, identity, sizeof(file->header->identity)) != 0) {
		if (!file->first)
			return err_set(
			    err, US_FATAL, EXIT_IO,
			    "%s belongs to another log than the data beside it: stop the "
			    "programs that use the log, then start again",
			    file->path);
		header_init(file);
		own_pid_namespace(file->header->pid_namespace);
		memcpy(file->header->identity, identity, strlen(identity) + 1);
		shared_file_sync(file);
	}
	if (file->first && !log_lock_try(file->fd, F_RDLCK, LOCK_IN_USE))
		return err_set(err, US_FATAL, EXIT_IO, "cannot lock %s: %s", file->path,
			       strerror(errno));
	file->first = false;
	return US_OK;
}

void shared_file_sync(struct shared_file *file)
{
	if (!file->read_only)
		msync(file->header, FILE_SIZE, MS_SYNC);
}

void shared_file_close(struct shared_file *file)
{
	if (file->header)
		munmap(file->header, FILE_SIZE);
	if (file->fd >= 0)
		close(file->fd);
	mem_free(file->path);
	*file = (struct shared_file){ .fd = -1 };
}

enum status shared_file_claim_appender(struct shared_file *file, enum log_stream stream, int *lock,
				       struct err *err)
{
	int fd = open(file->path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return log_file_error("open", file->path, errno, err);
	if (!log_lock_try(fd, F_WRLCK, LOCK_APPENDER + stream)) {
		close(fd);
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "process %d already appends %s to the log %.*s: stop it first, or "
			       "give this one a "
			       "log of its own (--log)",
			       (int)atomic_load(&file->header->appender_pid[stream]),
			       log_stream_name(stream),
			       (int)(strrchr(file->path, '/') - file->path), file->path);
	}
	atomic_store(&file->header->appender_pid[stream], (int32_t)getpid());
	*lock = fd;
	return US_OK;
}
