/*
 * lmdb_reserve.c - the file "reserve": blocks on the disk that are given up when it is full and
 * records are to be removed. Best effort: others may take the room first, and a file system that
 * copies on write gives none back.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mem.h"
#include "log/lmdb_env.h"
#include "log/log_files.h"

#define RESERVE_BYTES (1 << 20)
/* A small removal writes a dozen pages. */
#define LEAST_RESERVE (64 << 10)

/* -1: out of memory, or no file. */
static int reserve_open(const struct lmdb_env *env, int flags)
{
	char *path = log_file_path(env->path, "reserve");
	int fd = path ? open(path, O_WRONLY | O_CLOEXEC | flags, 0600) : -1;
	mem_free(path);
	return fd;
}

bool lmdb_env_use_reserve(struct lmdb_env *env)
{
	struct stat st;
	int fd = reserve_open(env, 0);
	if (fd < 0)
		return false;
	bool used = fstat(fd, &st) == 0 && st.st_blocks > 0 && ftruncate(fd, 0) == 0;
	close(fd);
	return used;
}

void lmdb_env_make_reserve(struct lmdb_env *env)
{
	struct stat st;
	int fd = reserve_open(env, O_CREAT);
	if (fd < 0)
		return;
	off_t size = RESERVE_BYTES;
	if (fstat(fd, &st) == 0 && st.st_blocks == 0)
		while (fallocate(fd, 0, 0, size) != 0 && size > LEAST_RESERVE)
			size /= 2;
	close(fd);
}
