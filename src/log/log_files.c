/*
 * log_files.c - paths, blocks and locks of the files of an LMDB log. See log_files.h.
 */
#include "log/log_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mem.h"

static int lock_call(int fd, int command, short type, off_t at)
{
	struct flock lock = { .l_type = type, .l_whence = SEEK_SET, .l_start = at, .l_len = 1 };
	int result;
	do {
		result = fcntl(fd, command, &lock);
	} while (result != 0 && errno == EINTR);
	return result;
}

bool log_lock_try(int fd, short type, off_t at)
{
	return lock_call(fd, F_OFD_SETLK, type, at) == 0;
}

bool log_lock_wait(int fd, short type, off_t at)
{
	return lock_call(fd, F_OFD_SETLKW, type, at) == 0;
}

void log_unlock(int fd, off_t at)
{
	lock_call(fd, F_OFD_SETLK, F_UNLCK, at);
}

bool log_lock_is_taken(int fd, off_t at)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = at, .l_len = 1 };
	return fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

char *log_file_path(const char *directory, const char *name)
{
	size_t size = strlen(directory) + strlen(name) + 2;
	char *path = mem_alloc(size);
	if (path)
		snprintf(path, size, "%s/%s", directory, name);
	return path;
}

enum status log_directory_make(const char *path, struct err *err)
{
	char *partial = mem_strdup(path);
	if (!partial)
		return err_no_memory(err, "making the log's directory");
	enum status status = US_OK;
	for (char *end = partial; status == US_OK && *end;) {
		end += strspn(end, "/");
		end += strcspn(end, "/");
		char kept = *end;
		*end = '\0';
		if (mkdir(partial, 0700) != 0 && errno != EEXIST)
			status = log_file_error("make the directory", partial, errno, err);
		*end = kept;
	}
	mem_free(partial);
	return status;
}

enum status log_directory_sync(const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return log_file_error("open", path, errno, err);
	int failed = fsync(fd) != 0 ? errno : 0;
	close(fd);
	/* some file systems cannot, and need not */
	return failed && failed != EINVAL ? log_file_error("sync", path, failed, err) : US_OK;
}

/* Rewrite the file's own bytes block by block, zeros behind its end. */
static int write_blocks(int fd, size_t size)
{
	char block[4096];
	for (size_t at = 0; at < size; at += sizeof(block)) {
		size_t len = size - at < sizeof(block) ? size - at : sizeof(block);
		memset(block, 0, sizeof(block));
		if (pread(fd, block, len, (off_t)at) < 0)
			return errno;
		ssize_t written = pwrite(fd, block, len, (off_t)at);
		if (written < 0)
			return errno;
		if ((size_t)written < len)
			return ENOSPC;
	}
	return 0;
}

int log_file_allocate(int fd, size_t size)
{
	int result;
	do {
		result = fallocate(fd, 0, 0, (off_t)size);
	} while (result != 0 && errno == EINTR);
	if (result == 0)
		return 0;
	return errno == EOPNOTSUPP ? write_blocks(fd, size) : errno;
}

bool log_error_is_full(int error)
{
	return error == ENOSPC || error == EDQUOT;
}

enum status log_file_error(const char *doing, const char *path, int error, struct err *err)
{
	enum status status = US_FATAL;
	if (log_error_is_full(error))
		status = US_RETRY;
	else if (error == EACCES || error == EPERM || error == EROFS || error == ENOTDIR ||
		 error == ENOENT || error == ELOOP || error == ENAMETOOLONG)
		status = US_REJECT;
	enum exit_code code = status == US_REJECT ? EXIT_BAD_CONFIG : EXIT_IO;
	err_set(err, status, code, "cannot %s %s: %s%s", doing, path, strerror(error),
		status == US_RETRY ? ". Make room on the disk" : "");
	if (err && status == US_RETRY)
		err->kind = "full";
	return status;
}
