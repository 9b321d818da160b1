/*
 * spill.c - see spill.h.
 */
#include "pipeline/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/mem.h"
#include "core/random.h"

#define SPILL_PER_BUCKET  40000
#define SPILL_MAX_BUCKETS 256
#define SPILL_BUFFER      (16 * 1024)

struct spill_bucket {
	int fd; /* -1: nothing written yet */
	struct buf buffer;
};

struct spill {
	char *dir;
	size_t bucket_count;
	struct spill_bucket *buckets;
	uint64_t *data; /* of the loaded bucket; aligned */
	const struct spill_entry **sorted;
};

static enum status spill_new(struct spill **out, const char *dir, size_t buckets, struct err *err)
{
	struct spill *spill = mem_calloc(1, sizeof(*spill));

	if (!spill)
		return err_no_memory(err, "comparing rows");
	spill->dir = mem_strdup(dir);
	spill->buckets = mem_calloc(buckets, sizeof(*spill->buckets));
	if (!spill->dir || !spill->buckets) {
		spill_close(spill);
		return err_no_memory(err, "comparing rows");
	}
	spill->bucket_count = buckets;
	for (size_t i = 0; i < buckets; i++) {
		spill->buckets[i].fd = -1;
		buf_init(&spill->buckets[i].buffer, 1 << 24);
	}
	*out = spill;
	return US_OK;
}

enum status spill_open(struct spill **out, const char *dir, int64_t expected, struct err *err)
{
	int64_t buckets = 1 + expected / SPILL_PER_BUCKET;

	return spill_new(out, dir,
			 buckets > SPILL_MAX_BUCKETS ? SPILL_MAX_BUCKETS : (size_t)buckets, err);
}

enum status spill_open_like(struct spill **out, const char *dir, const struct spill *other,
			    struct err *err)
{
	return spill_new(out, dir, other->bucket_count, err);
}

void spill_close(struct spill *spill)
{
	if (!spill)
		return;
	for (size_t i = 0; spill->buckets && i < spill->bucket_count; i++) {
		if (spill->buckets[i].fd >= 0)
			close(spill->buckets[i].fd);
		buf_release(&spill->buckets[i].buffer);
	}
	mem_free(spill->buckets);
	mem_free(spill->data);
	mem_free(spill->sorted);
	mem_free(spill->dir);
	mem_free(spill);
}

size_t spill_buckets(const struct spill *spill)
{
	return spill->bucket_count;
}

static enum status io_error(const struct spill *spill, const char *what, struct err *err)
{
	return err_set(err, US_FATAL, EXIT_IO,
		       "cannot %s a temporary file in %s: %s; TMPDIR names another place", what,
		       spill->dir, strerror(errno));
}

static enum status flush_bucket(struct spill *spill, struct spill_bucket *bucket, struct err *err)
{
	size_t done = 0;

	if (bucket->fd < 0) {
		bucket->fd = open(spill->dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
		if (bucket->fd < 0)
			return io_error(spill, "make", err);
	}
	while (done < bucket->buffer.len) {
		ssize_t written = write(bucket->fd, bucket->buffer.data + done,
					bucket->buffer.len - done);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return io_error(spill, "write", err);
		done += (size_t)written;
	}
	buf_reset(&bucket->buffer);
	return US_OK;
}

enum status spill_add(struct spill *spill, const struct spill_entry *entry, struct span key,
		      const uint32_t *columns, size_t column_count, struct err *err)
{
	static const char zeros[8];
	struct spill_entry head = *entry;
	struct spill_bucket *bucket;
	size_t size = sizeof(head) + column_count * sizeof(*columns) + key.len;
	size_t padding = (8 - size % 8) % 8;

	head.hash = hash_bytes(key.data, key.len, 0);
	head.size = (uint32_t)(size + padding);
	head.key_len = (uint32_t)key.len;
	head.column_count = (uint32_t)column_count;
	bucket = &spill->buckets[(head.hash >> 32) % spill->bucket_count];
	buf_append(&bucket->buffer, &head, sizeof(head));
	buf_append(&bucket->buffer, columns, column_count * sizeof(*columns));
	buf_append(&bucket->buffer, key.data, key.len);
	buf_append(&bucket->buffer, zeros, padding);
	if (bucket->buffer.failed)
		return err_no_memory(err, "comparing rows");
	return bucket->buffer.len >= SPILL_BUFFER ? flush_bucket(spill, bucket, err) : US_OK;
}

int spill_compare_keys(const struct spill_entry *a, const struct spill_entry *b)
{
	struct span x = spill_key(a), y = spill_key(b);

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	if (x.len != y.len)
		return x.len < y.len ? -1 : 1;
	return memcmp(x.data, y.data, x.len);
}

static int compare_entries(const void *a, const void *b)
{
	const struct spill_entry *const *x = a, *const *y = b;
	int keys = spill_compare_keys(*x, *y);

	if (keys)
		return keys;
	if ((*x)->partition != (*y)->partition)
		return (*x)->partition < (*y)->partition ? -1 : 1;
	return (*x)->order < (*y)->order ? -1 : (*x)->order > (*y)->order;
}

static enum status read_bucket(struct spill *spill, struct spill_bucket *bucket, size_t *size,
			       struct err *err)
{
	off_t end;
	size_t done = 0;

	*size = 0;
	if (bucket->fd < 0 && bucket->buffer.len == 0)
		return US_OK;
	if (flush_bucket(spill, bucket, err) != US_OK)
		return US_FATAL;
	end = lseek(bucket->fd, 0, SEEK_END);
	if (end < 0)
		return io_error(spill, "read", err);
	mem_free(spill->data);
	spill->data = mem_alloc((size_t)end + 8);
	if (!spill->data)
		return err_no_memory(err, "comparing rows");
	while (done < (size_t)end) {
		ssize_t got = pread(bucket->fd, (char *)spill->data + done, (size_t)end - done,
				    (off_t)done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return io_error(spill, "read", err);
		done += (size_t)got;
	}
	*size = done;
	return US_OK;
}

enum status spill_load(struct spill *spill, size_t bucket, const struct spill_entry ***entries,
		       size_t *count, struct err *err)
{
	size_t size, found = 0, at;
	enum status status = read_bucket(spill, &spill->buckets[bucket], &size, err);

	*count = 0;
	*entries = NULL;
	if (status != US_OK || size == 0)
		return status;
	for (at = 0; at < size; at += ((struct spill_entry *)(spill->data + at / 8))->size)
		found++;
	mem_free(spill->sorted);
	spill->sorted = mem_calloc(found, sizeof(void *));
	if (!spill->sorted)
		return err_no_memory(err, "comparing rows");
	found = 0;
	for (at = 0; at < size; at += spill->sorted[found++]->size)
		spill->sorted[found] = (const struct spill_entry *)(spill->data + at / 8);
	qsort(spill->sorted, found, sizeof(void *), compare_entries);
	*entries = spill->sorted;
	*count = found;
	return US_OK;
}
