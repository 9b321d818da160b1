/*
 * shared_readers.c - the table of readers in the file "shared": one entry a stream and name.
 * Entries are made and removed under a lock on the file; positions are stored without one.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "log/log_files.h"
#include "log/shared_file.h"

static struct shared_reader *find(const struct shared_file *file, enum log_stream stream,
				  const char *name)
{
	for (int i = 0; i < SHARED_READERS; i++) {
		struct shared_reader *reader = &file->readers[i];
		if (atomic_load(&reader->used) &&
		    atomic_load(&reader->stream) == (uint32_t)stream &&
		    strncmp(reader->name, name, sizeof(reader->name)) == 0)
			return reader;
	}
	return NULL;
}

static struct shared_reader *find_free(const struct shared_file *file)
{
	for (int i = 0; i < SHARED_READERS; i++)
		if (!atomic_load(&file->readers[i].used))
			return &file->readers[i];
	return NULL;
}

static off_t lock_of(const struct shared_file *file, const struct shared_reader *reader)
{
	return LOCK_READER + (reader - file->readers);
}

static enum status refuse_in_use(const struct shared_file *file, const struct shared_reader *reader,
				 struct err *err)
{
	return err_set(
	    err, US_REJECT, EXIT_BAD_CONFIG,
	    "process %d already reads the log %.*s as \"%s\": stop it first, or read under "
	    "another name (--reader) into a table of its own",
	    (int)atomic_load(&reader->pid), (int)(strrchr(file->path, '/') - file->path),
	    file->path, reader->name);
}

/* A descriptor of its own that holds the lock on the table; -1 and errno. */
static int lock_table(const struct shared_file *file)
{
	int fd = open(file->path, O_RDWR | O_CLOEXEC);
	if (fd >= 0 && !log_lock_wait(fd, F_WRLCK, LOCK_TABLE)) {
		int saved = errno;
		close(fd);
		errno = saved;
		fd = -1;
	}
	return fd;
}

static void fill(struct shared_reader *reader, enum log_stream stream, const char *name)
{
	memset(reader->name, 0, sizeof(reader->name));
	memcpy(reader->name, name, strlen(name));
	atomic_store(&reader->stream, (uint32_t)stream);
	atomic_store(&reader->next, -1);
	atomic_store(&reader->updated_us, clock_wall_us());
	atomic_store(&reader->used, 1);
}

enum status shared_file_claim_reader(struct shared_file *file, enum log_stream stream,
				     const char *name, struct shared_reader **out, int *lock,
				     struct err *err)
{
	int fd = lock_table(file);
	if (fd < 0)
		return log_file_error("lock", file->path, errno, err);
	enum status status = US_OK;
	struct shared_reader *reader = find(file, stream, name);
	bool made = !reader;
	if (made)
		reader = find_free(file);
	if (!reader) {
		status = err_set(
		    err, US_REJECT, EXIT_BAD_CONFIG,
		    "the log of %s has %d readers, which is all it has room for: drop "
		    "one that nobody uses (userstream log readers, userstream log drop "
		    "NAME)",
		    file->path, SHARED_READERS);
		goto out;
	}
	if (!log_lock_try(fd, F_WRLCK, lock_of(file, reader))) {
		status = refuse_in_use(file, reader, err);
		goto out;
	}
	if (made)
		fill(reader, stream, name);
	atomic_store(&reader->pid, (int32_t)getpid());
	if (made)
		shared_file_sync(file);
	log_unlock(fd, LOCK_TABLE);
	*out = reader;
	*lock = fd; /* goes on holding the lock on the reader */
	return US_OK;
out:
	close(fd);
	return status;
}

enum status shared_file_drop_reader(struct shared_file *file, enum log_stream stream,
				    const char *name, struct err *err)
{
	int fd = lock_table(file);
	if (fd < 0)
		return log_file_error("lock", file->path, errno, err);
	enum status status = US_OK;
	struct shared_reader *reader = find(file, stream, name);
	if (!reader) {
		status = err_set(
		    err, US_REJECT, EXIT_BAD_USAGE,
		    "the log of %s has no reader \"%s\": userstream log readers lists them",
		    file->path, name);
	} else if (!log_lock_try(fd, F_WRLCK, lock_of(file, reader))) {
		status = refuse_in_use(file, reader, err);
	} else {
		atomic_store(&reader->used, 0);
		shared_file_sync(file);
	}
	close(fd);
	return status;
}

enum status shared_file_list_readers(struct shared_file *file, enum log_stream stream,
				     struct log_reader_stat *out, size_t *count, struct err *err)
{
	int fd = file->read_only ? -1 : lock_table(file);
	if (fd < 0 && !file->read_only)
		return log_file_error("lock", file->path, errno, err);
	*count = 0;
	for (int i = 0; i < SHARED_READERS; i++) {
		struct shared_reader *reader = &file->readers[i];
		if (!atomic_load(&reader->used) || atomic_load(&reader->stream) != (uint32_t)stream)
			continue;
		struct log_reader_stat *stat = &out[(*count)++];
		*stat = (struct log_reader_stat){ .next = atomic_load(&reader->next),
						  .updated_us = atomic_load(&reader->updated_us) };
		memcpy(stat->name, reader->name, sizeof(stat->name));
		stat->name[sizeof(stat->name) - 1] = '\0';
	}
	if (fd >= 0)
		close(fd);
	return US_OK;
}

int64_t shared_file_hold(const struct shared_file *file, enum log_stream stream)
{
	int64_t hold = INT64_MAX;
	for (int i = 0; i < SHARED_READERS; i++) {
		struct shared_reader *reader = &file->readers[i];
		if (!atomic_load(&reader->used) || atomic_load(&reader->stream) != (uint32_t)stream)
			continue;
		int64_t next = atomic_load(&reader->next);
		if (next < hold)
			hold = next;
	}
	return hold == INT64_MAX ? -1 : hold;
}
