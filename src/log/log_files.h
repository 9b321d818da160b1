/*
 * log_files.h - the files of an LMDB log: their paths, their blocks, and locks on byte ranges.
 *
 * The locks are open file description locks: they conflict between descriptors, also of one
 * process, and end when the descriptor does. They lie behind the file's contents and guard nothing
 * but themselves.
 */
#ifndef LOG_LOG_FILES_H
#define LOG_LOG_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/err.h"
#include "log/log_backend.h"

/* Of everything in the directory. A newer one is refused. */
#define LOG_FORMAT_VERSION 1

enum log_lock {
	LOCK_IN_USE = 1 << 20, /* shared by all users of the log; alone while the first opens it */
	LOCK_TABLE,            /* registering and dropping readers */
	LOCK_APPENDER = (1 << 20) + 16, /* + stream */
	LOCK_READER = (1 << 20) + 64    /* + index in the table */
};

/* type: F_RDLCK or F_WRLCK. Replaces the lock that this descriptor has there. False: taken by
 * another, errno says. */
bool log_lock_try(int fd, short type, off_t at);
/* As log_lock_try, but waits. */
bool log_lock_wait(int fd, short type, off_t at);
void log_unlock(int fd, off_t at);
/* Does another descriptor hold any lock there? */
bool log_lock_is_taken(int fd, off_t at);

/* "directory/name"; NULL: out of memory. */
char *log_file_path(const char *directory, const char *name);
/* Make the directory and its missing parents, for this user only. */
enum status log_directory_make(const char *path, struct err *err);
/* Write the directory's entries to the disk. */
enum status log_directory_sync(const char *path, struct err *err);
/*
 * Give blocks to the first `size` bytes of a file, so that writing to its mapping cannot fail; what
 * is there is kept. For a file that nobody else changes at the time. Returns 0 or an errno.
 */
int log_file_allocate(int fd, size_t size);
/* "cannot <doing> <path>: ...", US_RETRY "full" for a full disk, US_REJECT for what only the
 * operator can mend, else US_FATAL. */
enum status log_file_error(const char *doing, const char *path, int error, struct err *err);
/* Does this errno mean that there is no room on the disk? */
bool log_error_is_full(int error);

#endif
