/*
 * faultio.c - a library for LD_PRELOAD in which every n-th write, sync or change of size of a
 * regular file fails, as on a disk that is full (ENOSPC) or breaks (EIO). The failing call does
 * nothing; where FAULTIO_SHORT is set, a failing write of more than a byte writes its first half
 * and tells so, as the kernel may.
 *
 *     FAULTIO_EVERY=n      the n-th call fails, and every n-th after it; unset or 0: none
 *     FAULTIO_ERROR=name   ENOSPC or EIO
 *     FAULTIO_START=n      so many calls pass first
 *     FAULTIO_LIMIT=n      at most so many failures; unset or 0: no bound
 *     FAULTIO_CALLS=names  which kinds: write, sync, size; unset: all. Commas between
 *     FAULTIO_WHILE=path   none fails any more once there is no such file; unset: always
 *     FAULTIO_REPORT=path  at exit, the number of calls and of failures, one line
 *
 * Standard input, output and error are left alone. Thread safe.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { WRITE = 1, SYNC = 2, SIZE = 4 };

static struct {
	unsigned long every, start, limit;
	int error;
	unsigned kinds;
	bool half;
	const char *while_path;
	const char *report;
	_Atomic unsigned long calls, failed;
} faults;

static unsigned long number(const char *name)
{
	const char *text = getenv(name);

	return text ? strtoul(text, NULL, 10) : 0;
}

__attribute__((constructor)) static void faultio_begin(void)
{
	const char *error = getenv("FAULTIO_ERROR");
	const char *calls = getenv("FAULTIO_CALLS");

	faults.every = number("FAULTIO_EVERY");
	faults.start = number("FAULTIO_START");
	faults.limit = number("FAULTIO_LIMIT");
	faults.half = number("FAULTIO_SHORT") != 0;
	faults.while_path = getenv("FAULTIO_WHILE");
	faults.report = getenv("FAULTIO_REPORT");
	faults.error = error && strcmp(error, "EIO") == 0 ? EIO : ENOSPC;
	if (!calls)
		faults.kinds = WRITE | SYNC | SIZE;
	else
		faults.kinds = (strstr(calls, "write") ? WRITE : 0u) |
			       (strstr(calls, "sync") ? SYNC : 0u) |
			       (strstr(calls, "size") ? SIZE : 0u);
}

/* The report goes around the functions below. */
__attribute__((destructor)) static void faultio_end(void)
{
	char line[64];
	int len, fd;

	if (!faults.report)
		return;
	len = snprintf(line, sizeof(line), "%lu %lu\n", faults.calls, faults.failed);
	fd = open(faults.report, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	syscall(SYS_write, fd, line, (size_t)len);
	close(fd);
}

static bool hit(enum kind kind, int fd)
{
	struct stat st;
	unsigned long call;

	if (!(faults.kinds & kind) || fd <= STDERR_FILENO)
		return false;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return false;
	call = atomic_fetch_add(&faults.calls, 1) + 1;
	if (!faults.every || call <= faults.start || (call - faults.start) % faults.every != 0)
		return false;
	if (faults.while_path && access(faults.while_path, F_OK) != 0)
		return false;
	if (atomic_fetch_add(&faults.failed, 1) >= faults.limit && faults.limit) {
		atomic_fetch_sub(&faults.failed, 1);
		return false;
	}
	return true;
}

/* The function behind ours. */
#define NEXT(name)                                   \
	static _Atomic(void *) found;                \
	union {                                      \
		void *from;                          \
		__typeof__(&name) to;                \
	} next = { .from = atomic_load(&found) };    \
	if (!next.from) {                            \
		next.from = dlsym(RTLD_NEXT, #name); \
		atomic_store(&found, next.from);     \
	}

#define FAIL()                        \
	do {                          \
		errno = faults.error; \
		return -1;            \
	} while (0)

ssize_t write(int fd, const void *data, size_t size)
{
	NEXT(write)
	if (hit(WRITE, fd)) {
		if (!faults.half || size < 2)
			FAIL();
		size /= 2;
	}
	return next.to(fd, data, size);
}

#define POSITIONED_WRITE(name, offset_type)                                     \
	ssize_t name(int fd, const void *data, size_t size, offset_type offset) \
	{                                                                       \
		NEXT(name)                                                      \
		if (hit(WRITE, fd)) {                                           \
			if (!faults.half || size < 2)                           \
				FAIL();                                         \
			size /= 2;                                              \
		}                                                               \
		return next.to(fd, data, size, offset);                         \
	}
POSITIONED_WRITE(pwrite, off_t)
POSITIONED_WRITE(pwrite64, off64_t)

ssize_t writev(int fd, const struct iovec *parts, int count)
{
	NEXT(writev)
	if (hit(WRITE, fd)) {
		if (!faults.half || count < 2)
			FAIL();
		count /= 2;
	}
	return next.to(fd, parts, count);
}

#define POSITIONED_WRITEV(name, offset_type)                                           \
	ssize_t name(int fd, const struct iovec *parts, int count, offset_type offset) \
	{                                                                              \
		NEXT(name)                                                             \
		if (hit(WRITE, fd)) {                                                  \
			if (!faults.half || count < 2)                                 \
				FAIL();                                                \
			count /= 2;                                                    \
		}                                                                      \
		return next.to(fd, parts, count, offset);                              \
	}
POSITIONED_WRITEV(pwritev, off_t)
POSITIONED_WRITEV(pwritev64, off64_t)

#define SYNCING(name)               \
	int name(int fd)            \
	{                           \
		NEXT(name)          \
		if (hit(SYNC, fd))  \
			FAIL();     \
		return next.to(fd); \
	}
SYNCING(fsync)
SYNCING(fdatasync)

#define TRUNCATING(name, offset_type)      \
	int name(int fd, offset_type size) \
	{                                  \
		NEXT(name)                 \
		if (hit(SIZE, fd))         \
			FAIL();            \
		return next.to(fd, size);  \
	}
TRUNCATING(ftruncate, off_t)
TRUNCATING(ftruncate64, off64_t)

#define ALLOCATING(name, offset_type)                                    \
	int name(int fd, int mode, offset_type offset, offset_type size) \
	{                                                                \
		NEXT(name)                                               \
		if (hit(SIZE, fd))                                       \
			FAIL();                                          \
		return next.to(fd, mode, offset, size);                  \
	}
ALLOCATING(fallocate, off_t)
ALLOCATING(fallocate64, off64_t)

/* These give the error back. */
#define POSIX_ALLOCATING(name, offset_type)                    \
	int name(int fd, offset_type offset, offset_type size) \
	{                                                      \
		NEXT(name)                                     \
		if (hit(SIZE, fd))                             \
			return faults.error;                   \
		return next.to(fd, offset, size);              \
	}
POSIX_ALLOCATING(posix_fallocate, off_t)
POSIX_ALLOCATING(posix_fallocate64, off64_t)
